/** Somebody's work being marked: by the rubric's levels where there is one, by points otherwise. */

import type { SyntheticEvent } from "react";
import { useState } from "react";
import { go } from "../../pages/routes";
import { useToast } from "../../ui/Toasts";
import { get, send } from "../api";
import type { Here } from "../course/here";
import { Area, FormEnd, Go, Heading, Ready } from "../parts";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { useSend } from "../useSend";
import { DocumentLink, Handed } from "./Handed";
import { JudgeFields, useJudging } from "./Judge";
import { ReviewsGot } from "./peers/ReviewsGot";
import type { Assignment, Submission } from "./shapes";

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
  const { t } = useTexts();
  const toast = useToast();
  const judging = useJudging(assignment, { picks: work.picks ?? {}, score: work.raw_score ?? work.score ?? "" });
  const [feedback, setFeedback] = useState(work.picks === null ? work.feedback : "");
  const { busy, problem, say, run } = useSend();
  const back = `/courses/${here.course.id}/assignments/${assignment.id}`;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const { mark } = judging;
    if (mark === null) return say(judging.missing);
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
      <Handed body={work.body} files={work.files} filesAt={`/submissions/${work.id}/files`}>
        {work.document === null ? undefined : <DocumentLink course={here.course.id} work={work} />}
      </Handed>
      {assignment.peers_assigned_at !== null && <ReviewsGot assignment={assignment} submission={work.id} />}
      <form className="card stack" onSubmit={submit} noValidate>
        <JudgeFields assignment={assignment} judging={judging} />
        <Area label={t("mark.comment")} rows={3} value={feedback} onChange={(event) => setFeedback(event.target.value)} />
        <FormEnd busy={busy} problem={problem} action={t("work.return")} />
      </form>
    </>
  );
}
