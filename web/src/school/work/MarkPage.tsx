/** Somebody's work being marked: by the rubric's levels where there is one, by points otherwise. */

import type { SyntheticEvent } from "react";
import { useState } from "react";
import { go } from "../../pages/routes";
import { useToast } from "../../ui/Toasts";
import { get, send } from "../api";
import type { Here } from "../course/CoursePage";
import { Area, Field, FormProblem, Go, Heading, Ready } from "../parts";
import { Prose } from "../Prose";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { useSend } from "../useSend";
import { shareOf } from "./rubric";
import type { Assignment, Criterion, Pick, Submission } from "./shapes";

interface Loaded {
  work: Submission;
  assignment: Assignment;
}

export function MarkPage({ here, id }: { here: Here; id: string }) {
  const { loaded, again } = useLoaded(`marking ${id}`, async (): Promise<Loaded> => {
    const work = await get<Submission>(`/submissions/${id}`);
    return { work, assignment: await get<Assignment>(`/assignments/${work.assignment_id}`) };
  });
  return (
    <article className="stack reading">
      <Ready of={loaded} again={again}>
        {(value) => <Marking key={value.work.version} here={here} {...value} again={again} />}
      </Ready>
    </article>
  );
}

function Marking({ here, work, assignment, again }: { here: Here; again(): void } & Loaded) {
  const { t, percent } = useTexts();
  const toast = useToast();
  const [picks, setPicks] = useState<Record<string, Pick>>(work.picks ?? {});
  const [score, setScore] = useState(work.score ?? "");
  const [feedback, setFeedback] = useState(work.picks === null ? work.feedback : "");
  const { busy, problem, say, run } = useSend();
  const back = `/courses/${here.course.id}/assignments/${assignment.id}`;
  const { rubric } = assignment;
  const share = rubric === null ? null : shareOf(rubric, picks);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (rubric !== null && share === null) return say(t("work.pickAll"));
    if (rubric === null && (score === "" || !(Number(score) >= 0))) return say(t("mark.range"));
    const mark = rubric === null ? { points: Number(score) } : { picks };
    run(async () => {
      const graded = await send<Submission>("PUT", `/submissions/${work.id}/grade`, { ...mark, feedback }, work.version);
      await send("POST", `/submissions/${work.id}/return`, undefined, graded.version);
      toast(t("work.returned"));
      again();
      go(back);
    });
  };
  return (
    <>
      <Go to={back} className="text-button">
        <span>{t("course.backTo")}</span> <bdi>{assignment.title}</bdi>
      </Go>
      <Heading title={assignment.title}>{t("work.marking", { title: assignment.title })}</Heading>
      <section className="card">
        <Prose text={work.body} />
      </section>
      <form className="card stack" onSubmit={submit} noValidate>
        {rubric === null ? (
          <Field
            label={t("mark.points")}
            type="number"
            min={0}
            max={Number(assignment.points)}
            step="any"
            dir="ltr"
            value={score}
            onChange={(event) => setScore(event.target.value)}
          />
        ) : (
          rubric.criteria.map((criterion) => (
            <CriterionField
              key={criterion.id}
              criterion={criterion}
              pick={picks[criterion.id]}
              onPick={(pick) => setPicks((now) => ({ ...now, [criterion.id]: pick }))}
            />
          ))
        )}
        {share !== null && <p role="status">{t("work.comesTo", { share: percent(share) })}</p>}
        <Area label={t("mark.comment")} rows={3} value={feedback} onChange={(event) => setFeedback(event.target.value)} />
        <FormProblem text={problem} />
        <div className="row end">
          <button type="submit" className="button primary" disabled={busy}>
            {t("work.return")}
          </button>
        </div>
      </form>
    </>
  );
}

function CriterionField(props: { criterion: Criterion; pick: Pick | undefined; onPick(pick: Pick): void }) {
  const { points } = useTexts();
  const { criterion, pick, onPick } = props;
  return (
    <fieldset className="field plain">
      <legend dir="auto">{criterion.text}</legend>
      <div className="cards two">
        {criterion.levels.map((level) => (
          <label key={level.id} className="answer-choice">
            <input
              type="radio"
              name={criterion.id}
              checked={pick?.level === level.id}
              onChange={() => onPick({ level: level.id, comment: pick?.comment ?? "" })}
            />
            <span className="grow" dir="auto">
              {level.text}
            </span>
            <span className="score">{points(level.points)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
