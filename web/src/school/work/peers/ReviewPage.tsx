/** One review being given: the work, without its author's name, and the rubric to judge it by. */

import { History } from "lucide-react";
import type { SyntheticEvent } from "react";
import { useState } from "react";
import { go } from "../../../pages/routes";
import { Problem } from "../../../room/tickets";
import { useToast } from "../../../ui/Toasts";
import { get, send } from "../../api";
import type { Here } from "../../course/here";
import { Area, FormEnd, Go, Heading, Ready } from "../../parts";
import { useTexts } from "../../texts";
import { useLoaded } from "../../useLoaded";
import { useSend } from "../../useSend";
import { Handed } from "../Handed";
import { JudgeFields, useJudging } from "../Judge";
import type { Assignment, ReviewTask } from "../shapes";
import { tasksOf } from "./Tasks";

interface Loaded {
  assignment: Assignment;
  task: ReviewTask;
  place: number;
}

interface Props {
  here: Here;
  assignment: string;
  id: string;
}

export function ReviewPage({ here, assignment, id }: Props) {
  const { t } = useTexts();
  const back = `/courses/${here.course.id}/assignments/${assignment}`;
  const { loaded, again } = useLoaded(`review ${id}`, async (): Promise<Loaded> => {
    const [shown, tasks] = await Promise.all([get<Assignment>(`/assignments/${assignment}`), tasksOf(assignment)]);
    const place = tasks.findIndex((one) => one.id === id);
    const task = tasks[place];
    if (task === undefined) throw new Problem(404, "no-such-review", t("school.notFound"));
    return { assignment: shown, task, place };
  });
  return (
    <article className="stack reading">
      <Ready of={loaded} again={again}>
        {(value) => (
          <>
            <Go to={back} className="text-button">
              <span>{t("course.backTo")}</span> <bdi>{value.assignment.title}</bdi>
            </Go>
            <Review {...value} back={back} />
          </>
        )}
      </Ready>
    </article>
  );
}

function Review({ assignment, task, place, back }: Loaded & { back: string }) {
  const { t, number } = useTexts();
  const toast = useToast();
  const points = task.share === null ? "" : String(Math.round(task.share * Number(assignment.points) * 100) / 100);
  const judging = useJudging(assignment, { picks: task.picks ?? {}, score: points });
  const [comment, setComment] = useState(task.comment);
  const { busy, problem, say, run } = useSend();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const { mark } = judging;
    if (mark === null) return say(judging.missing);
    run(async () => {
      await send("PUT", `/peer-reviews/${task.id}`, { ...mark, comment });
      toast(t("peer.kept"));
      go(back);
    });
  };
  const heading = t("peer.reviewOf", { number: number(place + 1) });
  return (
    <>
      <Heading title={heading}>{heading}</Heading>
      <p className="quiet">{t("peer.anonymous")}</p>
      <Handed body={task.body} files={task.files} filesAt={`/peer-reviews/${task.id}/files`}>
        {task.has_document ? (
          <Go to={`${back}/reviews/${task.id}/document`} className="page-link">
            <History aria-hidden /> <span>{t("live.see")}</span>
          </Go>
        ) : undefined}
      </Handed>
      <form className="card stack" onSubmit={submit} noValidate>
        <JudgeFields assignment={assignment} judging={judging} />
        <Area label={t("peer.comment")} rows={4} value={comment} onChange={(event) => setComment(event.target.value)} />
        <FormEnd busy={busy} problem={problem} action={t("peer.give")} />
      </form>
    </>
  );
}
