/** Questions out of the bank and into it as QTI 2.1 packages, with what came of an import. */

import { Download, FileUp } from "lucide-react";
import type { SyntheticEvent } from "react";
import { useState } from "react";
import { Dialog } from "../../ui/Dialog";
import { Check, DialogEnd, Field } from "../parts";
import { useTexts } from "../texts";
import { uploadFile } from "../upload";
import { useSend } from "../useSend";

interface Imported {
  made: string[];
  refused: { file: string; reason: string }[];
}

/** What the server takes at most, and knows better. */
const MOST_TAGS = 10;

const tagsOf = (typed: string): string[] =>
  typed
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean)
    .slice(0, MOST_TAGS);

export function Exchange({ course, onImported }: { course: string; onImported(): void }) {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  const path = `/courses/${course}/qti`;
  return (
    <>
      <a className="button" href={`/api/v1${path}`} download>
        <Download aria-hidden /> <span>{t("qti.export")}</span>
      </a>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        <FileUp aria-hidden /> <span>{t("qti.import")}</span>
      </button>
      {open && <ImportDialog path={path} onImported={onImported} onClose={() => setOpen(false)} />}
    </>
  );
}

function ImportDialog({ path, onImported, onClose }: { path: string; onImported(): void; onClose(): void }) {
  const { t } = useTexts();
  const [file, setFile] = useState<File | null>(null);
  const [tags, setTags] = useState("");
  const [partial, setPartial] = useState(false);
  const [share, setShare] = useState(0);
  const [done, setDone] = useState<Imported | null>(null);
  const { busy, problem, say, run } = useSend();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (file === null) return say(t("qti.choose"));
    const query = new URLSearchParams([...tagsOf(tags).map((tag) => ["tag", tag]), ["partial", String(partial)]]);
    run(async () => {
      setDone(await uploadFile<Imported>(`${path}?${query}`, file, setShare));
      onImported();
    });
  };
  if (done !== null) return <Report done={done} onClose={onClose} />;
  return (
    <Dialog title={t("qti.import")} onClose={onClose}>
      <form className="stack" onSubmit={submit} noValidate>
        <div className="stack tight">
          <label className="button file-button">
            <FileUp aria-hidden /> <span>{t("qti.pick")}</span>
            <input
              type="file"
              className="unseen"
              accept=".zip,.xml"
              onChange={(event) => setFile(event.target.files?.[0] ?? null)}
            />
          </label>
          <p className="quiet small" role="status">
            {file === null ? `${t("qti.file")}. ${t("qti.fileHint")}` : <bdi>{file.name}</bdi>}
          </p>
        </div>
        <Field label={t("item.tags")} hint={t("item.commas")} dir="auto" value={tags} onChange={(event) => setTags(event.target.value)} />
        <Check label={t("qti.partial")} checked={partial} onChange={setPartial} />
        <DialogEnd
          busy={busy}
          problem={problem}
          share={share < 1 ? share : undefined}
          action={t("qti.do")}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}

function Report({ done, onClose }: { done: Imported; onClose(): void }) {
  const { t } = useTexts();
  return (
    <Dialog title={t("qti.report")} onClose={onClose}>
      <div className="stack">
        <p role="status">{t("qti.made", { count: done.made.length })}</p>
        {done.refused.length > 0 && (
          <>
            <p>{t("qti.refused", { count: done.refused.length })}</p>
            <ul className="stack tight">
              {done.refused.map(({ file, reason }) => (
                <li key={file}>
                  <bdi className="score">{file}</bdi>
                  <span className="quiet small block" dir="auto">
                    {reason}
                  </span>
                </li>
              ))}
            </ul>
          </>
        )}
        <div className="row end">
          <button type="button" className="button primary" onClick={onClose}>
            {t("class.close")}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
