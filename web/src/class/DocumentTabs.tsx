/** The documents of the class, one in view, and a way to begin another. */

import { Code2, Lock, NotebookText, PenLine, Plus } from "lucide-react";
import type { SyntheticEvent } from "react";
import { useId, useState } from "react";
import { useI18n } from "../i18n/provider";
import { takesPart } from "../room/roles";
import { Dialog } from "../ui/Dialog";
import type { Kind } from "./kinds";
import { documentName, kindOf, KINDS, labelOf, shownDocuments } from "./kinds";
import { useRoom } from "./room";

export const KIND_ICONS = { board: PenLine, text: NotebookText, code: Code2 } as const;

export function DocumentTabs({ current, onChoose }: { current: string; onChoose(doc: string): void }) {
  const { classroom, me } = useRoom();
  const i18n = useI18n();
  const { t } = i18n;
  const [adding, setAdding] = useState(false);
  const shown = shownDocuments(classroom.documents);
  const tabs = shown.includes(current) ? shown : [...shown, current];
  return (
    <nav className="documents" aria-label={t("doc.documents")}>
      <ul>
        {tabs.map((doc) => {
          const Icon = KIND_ICONS[kindOf(doc) ?? "text"];
          const locked = classroom.documents.some((info) => info.doc === doc && info.locked);
          return (
            <li key={doc}>
              <button
                type="button"
                className="document-tab"
                aria-current={doc === current ? "page" : undefined}
                onClick={() => onChoose(doc)}
              >
                <Icon aria-hidden />
                <bdi>{labelOf(i18n, doc)}</bdi>
                {locked && <Lock className="tab-lock" role="img" aria-label={t("doc.locked")} />}
              </button>
            </li>
          );
        })}
      </ul>
      {takesPart(me.role) && (
        <button type="button" className="icon-button" aria-label={t("doc.new")} title={t("doc.new")} onClick={() => setAdding(true)}>
          <Plus aria-hidden />
        </button>
      )}
      {adding && <NewDocument onClose={() => setAdding(false)} onCreate={onChoose} />}
    </nav>
  );
}

function NewDocument({ onCreate, onClose }: { onCreate(doc: string): void; onClose(): void }) {
  const { t } = useI18n();
  const [kind, setKind] = useState<Kind>("board");
  const [name, setName] = useState("");
  const [problem, setProblem] = useState("");
  const nameId = useId();
  const hintId = useId();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const doc = documentName(kind, name);
    if (doc === null) return setProblem(t("doc.nameMissing"));
    onCreate(doc);
    onClose();
  };
  return (
    <Dialog title={t("doc.new")} onClose={onClose}>
      <form className="stack" onSubmit={submit} noValidate>
        <fieldset className="field plain">
          <legend>{t("doc.kind")}</legend>
          <div className="cards three">
            {KINDS.map((one) => {
              const Icon = KIND_ICONS[one];
              return (
                <label key={one} className="card-choice">
                  <input type="radio" name="kind" value={one} checked={kind === one} onChange={() => setKind(one)} />
                  <Icon aria-hidden />
                  <span>{t(`doc.${one}`)}</span>
                </label>
              );
            })}
          </div>
        </fieldset>
        <div className="field">
          <label htmlFor={nameId}>{t("doc.name")}</label>
          <input
            id={nameId}
            autoFocus
            maxLength={50}
            aria-describedby={hintId}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <p className="quiet small" id={hintId}>
            {t("doc.nameHint")}
          </p>
        </div>
        {problem !== "" && (
          <p className="field-error" role="alert">
            {problem}
          </p>
        )}
        <div className="row end">
          <button type="button" className="button" onClick={onClose}>
            {t("class.cancel")}
          </button>
          <button type="submit" className="button primary">
            {t("doc.create")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
