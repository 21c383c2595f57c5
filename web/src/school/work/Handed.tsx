/** What was handed in: words, files, and a live document with its history. */

import { FileText, History } from "lucide-react";
import { useI18n } from "../../i18n/provider";
import { labelOf } from "../../class/kinds";
import { Go } from "../parts";
import { Prose } from "../Prose";
import { useTexts } from "../texts";
import { sizeWords } from "../Uploads";
import type { HandedFile, Submission } from "./shapes";

interface Props {
  body: string;
  files: HandedFile[];
  /** Where the bytes of the files are: ends in `/files`. */
  filesAt: string;
  children?: React.ReactNode;
}

export function Handed({ body, files, filesAt, children }: Props) {
  const texts = useTexts();
  const empty = body.trim() === "" && files.length === 0 && children === undefined;
  return (
    <section className="card stack">
      {empty && <p className="quiet">{texts.t("work.empty")}</p>}
      {body.trim() !== "" && <Prose text={body} />}
      {files.length > 0 && (
        <ul className="stack tight">
          {files.map(({ id, name, size }) => (
            <li key={id}>
              <a className="page-link" href={`/api/v1${filesAt}/${id}`}>
                <FileText aria-hidden /> <bdi>{name}</bdi> <span className="quiet small">{sizeWords(texts, size)}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
      {children}
    </section>
  );
}

/** The document of a submission, with the way to see it. */
export function DocumentLink({ course, work }: { course: string; work: Submission }) {
  const { t, moment, number } = useTexts();
  const i18n = useI18n();
  if (work.document === null) return null;
  const { document, entries, taken_at } = work.document;
  return (
    <p className="row">
      <Go to={`/courses/${course}/submissions/${work.id}/document`} className="page-link">
        <History aria-hidden /> <bdi>{labelOf(i18n, document)}</bdi>
      </Go>
      <span className="quiet small">{t("live.taken", { time: moment(taken_at), entries: number(entries) })}</span>
    </p>
  );
}
