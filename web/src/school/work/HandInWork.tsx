/** A student's own work: written here, kept on this device with every letter, saved and handed in by a press. */

import type { ChangeEvent, SyntheticEvent } from "react";
import { useState } from "react";
import { Problem } from "../../room/tickets";
import { get, send, upload } from "../api";
import { Area, FormProblem, Ready } from "../parts";
import { Prose } from "../Prose";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { useSend } from "../useSend";
import type { Assignment, Submission } from "./shapes";

export function HandInWork({ assignment }: { assignment: Assignment }) {
  const path = `/assignments/${assignment.id}/submission`;
  const { loaded, again } = useLoaded(`own ${assignment.id}`, () => own(path));
  return (
    <Ready of={loaded} again={again}>
      {(work) => <Work key={work?.version ?? 0} assignment={assignment} path={path} work={work} again={again} />}
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
  assignment: Assignment;
  path: string;
  work: Submission | null;
  again(): void;
}

function Work({ assignment, path, work, again }: Props) {
  const { t, moment, points } = useTexts();
  const [changing, setChanging] = useState(false);
  const { busy, problem, run } = useSend();
  const [text, setText] = useState(() => localStorage.getItem(keyOf(assignment.id)) ?? work?.body ?? "");
  const handed = work !== null && work.status !== "draft" && !changing;
  if (handed) {
    return (
      <section className="card stack">
        <p className="row">
          <span className="badge open">{t(`work.status.${work.status}`)}</span>
          {work.submitted_at !== null && <span className="quiet small">{moment(work.submitted_at)}</span>}
          {work.score !== null && (
            <span className="score">{t("quiz.of", { score: points(work.score), maximum: points(assignment.points) })}</span>
          )}
        </p>
        <Prose text={work.body} />
        <Files work={work} />
        {work.feedback !== "" && (
          <div className="stack tight">
            <h2>{t("work.feedback")}</h2>
            <Prose text={work.feedback} />
          </div>
        )}
        {work.graded_at === null && (
          <button type="button" className="button" onClick={() => setChanging(true)}>
            {t("work.change")}
          </button>
        )}
      </section>
    );
  }
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
  const addFile = (event: ChangeEvent<HTMLInputElement>): void => {
    const file = event.target.files?.[0];
    if (file === undefined) return;
    run(async () => {
      await keep();
      await upload(`${path}/files?${new URLSearchParams({ name: file.name })}`, file);
      again();
    });
  };
  return (
    <form className="card stack" onSubmit={handIn} noValidate>
      <Area label={t("work.yours")} className="essay" rows={8} value={text} onChange={(event) => write(event.target.value)} />
      {work !== null && <Files work={work} />}
      <label className="button file-button">
        <span>{t("work.addFile")}</span>
        <input type="file" className="unseen" disabled={busy} onChange={addFile} />
      </label>
      <FormProblem text={problem} />
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
  );
}

function Files({ work }: { work: Submission }) {
  if (work.files.length === 0) return null;
  return (
    <ul className="row">
      {work.files.map(({ id, name }) => (
        <li key={id}>
          <bdi className="badge">{name}</bdi>
        </li>
      ))}
    </ul>
  );
}
