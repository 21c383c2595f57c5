/** The document in view: its editor (loaded when first needed), its lock, what became of its changes. */

import "../board/assets";
import { Eye, Lock, LockOpen, TriangleAlert } from "lucide-react";
import type { ComponentType } from "react";
import { lazy, Suspense } from "react";
import { useI18n } from "../i18n/provider";
import type { DocumentInfo } from "../protocol/frames";
import { isStaff, mayEdit, takesPart } from "../room/roles";
import { Boundary } from "../ui/Boundary";
import { useStore } from "../ui/useStore";
import type { EditorProps, Lead } from "./editor";
import type { Kind } from "./kinds";
import { kindOf, labelOf } from "./kinds";
import { codeWords, useAsk, useRoom } from "./room";

const EDITORS: Record<Kind, ComponentType<EditorProps>> = {
  board: lazy(() => import("../board/Board")),
  text: lazy(() => import("../text/TextEditor")),
  code: lazy(() => import("../code/CodeEditor")),
};

/** The code of a document that the server could not load. */
const QUARANTINED = "quarantined";

export function DocumentView({ doc, lead, hidden = false }: { doc: string; lead: Lead; hidden?: boolean }) {
  const { session, me, classroom } = useRoom();
  const i18n = useI18n();
  const { t } = i18n;
  const replaced = useStore(session.documents.replaced);
  const document = session.documents.open(doc);
  const status = useStore(document.status);
  const info = classroom.documents.find((other) => other.doc === doc);
  const writable = mayEdit(me.role, info) && status.refused === null;
  const Editor = EDITORS[kindOf(doc) ?? "text"];
  const lost = status.refused === QUARANTINED;
  const opening = lost ? null : <p className="opening">{t("doc.opening", { name: labelOf(i18n, doc) })}</p>;
  return (
    <section className="document" aria-label={labelOf(i18n, doc)} data-doc={doc} data-saving={status.saving} hidden={hidden}>
      <Notes info={info} doc={doc} refused={status.refused} />
      <div className="document-body">
        <Boundary attempt={doc} fallback={() => <Failed />}>
          {status.synced ? (
            <Suspense fallback={opening}>
              <Editor key={`${doc}#${replaced}`} document={document} writable={writable} me={me} lead={lead} />
            </Suspense>
          ) : (
            opening
          )}
        </Boundary>
      </div>
    </section>
  );
}

function Failed() {
  const { t } = useI18n();
  return (
    <div className="opening" role="alert">
      <p>{t("doc.failed")}</p>
      <button type="button" className="button" onClick={() => window.location.reload()}>
        {t("app.reload")}
      </button>
    </div>
  );
}

/** Says why a document cannot be changed, or what was not accepted. */
function Notes({ info, doc, refused }: { info: DocumentInfo | undefined; doc: string; refused: string | null }) {
  const { session, me } = useRoom();
  const i18n = useI18n();
  const { t } = i18n;
  if (refused !== null) {
    return (
      <div className="note warning" role="alert">
        <TriangleAlert aria-hidden />
        <p className="grow">{codeWords(i18n, refused)}</p>
        {refused !== QUARANTINED && (
          <button type="button" className="button small-button" onClick={() => session.documents.discard(doc)}>
            {t("doc.discard")}
          </button>
        )}
      </div>
    );
  }
  if (!takesPart(me.role)) return <Note icon={Eye} text={t("doc.observing")} />;
  if (info?.locked && !isStaff(me.role)) return <Note icon={Lock} text={t("doc.lockedYou")} />;
  return null;
}

function Note({ icon: Icon, text }: { icon: typeof Lock; text: string }) {
  return (
    <div className="note" role="status">
      <Icon aria-hidden />
      <p>{text}</p>
    </div>
  );
}

/** For staff: lock the document in view, or open it again. */
export function LockButton({ doc }: { doc: string }) {
  const { classroom, me } = useRoom();
  const { t } = useI18n();
  const ask = useAsk();
  if (!isStaff(me.role)) return null;
  const locked = classroom.documents.some((info) => info.doc === doc && info.locked);
  const Icon = locked ? Lock : LockOpen;
  return (
    <button
      type="button"
      className="icon-button"
      aria-pressed={locked}
      aria-label={t("doc.lock")}
      title={t(locked ? "doc.unlock" : "doc.lock")}
      onClick={() => void ask(["lock", doc, !locked], `lock.${doc}`)}
    >
      <Icon aria-hidden />
    </button>
  );
}
