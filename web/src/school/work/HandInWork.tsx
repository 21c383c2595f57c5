/** A student's own work: written here, kept on this device with every letter, saved and handed in by a press. */

import { NotebookPen, X } from "lucide-react";
import type { SyntheticEvent } from "react";
import { useState } from "react";
import { Problem } from "../../room/tickets";
import { get, send } from "../api";
import type { Here } from "../course/here";
import { Area, FormProblem, Ready, Working } from "../parts";
import { Prose } from "../Prose";
import { useTexts } from "../texts";
import { Uploads } from "../Uploads";
import { useLoaded } from "../useLoaded";
import { useSend } from "../useSend";
import { TakeDocument } from "./document/TakeDocument";
import { DocumentLink, Handed } from "./Handed";
import { ReviewsGot } from "./peers/ReviewsGot";
import type { Assignment, Submission } from "./shapes";

export function HandInWork({ here, assignment }: { here: Here; assignment: Assignment }) {
  const path = `/assignments/${assignment.id}/submission`;
  const { loaded, again } = useLoaded(`own ${assignment.id}`, () => own(path));
  return (
    <Ready of={loaded} again={again}>
      {(work) => <Work key={work?.version ?? 0} here={here} assignment={assignment} path={path} work={work} again={again} />}
    </Ready>
  );
}

/** Null: nothing was begun. */
async function own(path: string): Promise<Submission | null> {
  try {
    return await get<Submission>(path);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

const keyOf = (assignment: string): string => `lyceum.work.${assignment}`;

interface Props {
  here: Here;
  assignment: Assignment;
  path: string;
  work: Submission | null;
  again(): void;
}

function Work({ here, assignment, path, work, again }: Props) {
  const { t } = useTexts();
  const [changing, setChanging] = useState(false);
  const [taking, setTaking] = useState(false);
  const { busy, problem, run } = useSend();
  const [text, setText] = useState(() => localStorage.getItem(keyOf(assignment.id)) ?? work?.body ?? "");
  const handed = work !== null && work.status !== "draft" && !changing;
  if (handed) return <HandedIn here={here} assignment={assignment} work={work} onChange={() => setChanging(true)} />;
  const write = (value: string): void => {
    setText(value);
    localStorage.setItem(keyOf(assignment.id), value);
  };
  const keep = async (): Promise<void> => {
    await send("PUT", path, { body: text });
    localStorage.removeItem(keyOf(assignment.id));
  };
  const save = (): void => run(() => keep().then(again));
  const handIn = (event: SyntheticEvent): void => {
    event.preventDefault();
    run(async () => {
      await keep();
      await send("POST", `${path}/hand-in`);
      setChanging(false);
      again();
    });
  };
  const course = here.course.id;
  return (
    <>
      <form className="card stack" onSubmit={handIn} noValidate>
        <Area label={t("work.yours")} className="essay" rows={8} value={text} onChange={(event) => write(event.target.value)} />
        {work !== null && <Files path={`${path}/files`} work={work} again={again} />}
        {work !== null && <DocumentLink course={course} work={work} />}
        <Uploads label={t("work.addFile")} path={() => `${path}/files`} before={keep} onSent={again} />
        <button type="button" className="button file-button" onClick={() => setTaking(true)}>
          <NotebookPen aria-hidden /> <span>{t("live.take")}</span>
        </button>
        <FormProblem text={problem} />
        <Working busy={busy} />
        <div className="row end">
          <p className="quiet small grow" role="status">
            {t(text === (work?.body ?? "") ? "quiz.saved" : "work.onDevice")}
          </p>
          <button type="button" className="button" disabled={busy} onClick={save}>
            {t("item.keep")}
          </button>
          <button type="submit" className="button primary" disabled={busy}>
            {t("quiz.handIn")}
          </button>
        </div>
      </form>
      {taking && <TakeDocument course={course} path={path} before={keep} onTaken={again} onClose={() => setTaking(false)} />}
    </>
  );
}

/** What was handed in, and what came of it. */
function HandedIn(props: { here: Here; assignment: Assignment; work: Submission; onChange(): void }) {
  const { t, moment, points } = useTexts();
  const { here, assignment, work, onChange } = props;
  const reviewed = assignment.peers_assigned_at !== null;
  return (
    <>
      <section className="stack tight">
        <h2>{t("work.yours")}</h2>
        <p className="row">
          <span className="badge open">{t(`work.status.${work.status}`)}</span>
          {work.submitted_at !== null && <span className="quiet small">{moment(work.submitted_at)}</span>}
          {work.score !== null && (
            <span className="score">{t("quiz.of", { score: points(work.score), maximum: points(assignment.points) })}</span>
          )}
        </p>
        <Handed body={work.body} files={work.files} filesAt={`/submissions/${work.id}/files`}>
          {work.document === null ? undefined : <DocumentLink course={here.course.id} work={work} />}
        </Handed>
        {work.feedback !== "" && (
          <div className="card stack tight">
            <h2>{t("work.feedback")}</h2>
            <Prose text={work.feedback} />
          </div>
        )}
        {work.graded_at === null && !reviewed && (
          <div>
            <button type="button" className="button" onClick={onChange}>
              {t("work.change")}
            </button>
          </div>
        )}
      </section>
      {reviewed && work.status === "returned" && <ReviewsGot assignment={assignment} submission={work.id} />}
    </>
  );
}

function Files({ path, work, again }: { path: string; work: Submission; again(): void }) {
  const { t } = useTexts();
  const { busy, problem, run } = useSend();
  if (work.files.length === 0) return null;
  return (
    <>
      <ul className="stack tight">
        {work.files.map(({ id, name }) => (
          <li key={id} className="order-line">
            <bdi className="grow">{name}</bdi>
            <button
              type="button"
              className="icon-button"
              aria-label={t("build.leaveOut", { text: name })}
              disabled={busy}
              onClick={() => run(() => send("DELETE", `${path}/${id}`).then(again))}
            >
              <X aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      <FormProblem text={problem} />
    </>
  );
}
