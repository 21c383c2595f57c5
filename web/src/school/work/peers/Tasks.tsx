/** The works of others that one is to review. */

import { CheckCircle2, Circle } from "lucide-react";
import { get } from "../../api";
import { Go, Ready } from "../../parts";
import { useTexts } from "../../texts";
import { useLoaded } from "../../useLoaded";
import type { Here } from "../../course/here";
import type { Assignment, ReviewTask } from "../shapes";

export const tasksOf = (assignment: string): Promise<ReviewTask[]> => get(`/assignments/${assignment}/peer-reviews/mine`);

export function Tasks({ here, assignment }: { here: Here; assignment: Assignment }) {
  const { t, number } = useTexts();
  const { loaded, again } = useLoaded(`tasks ${assignment.id}`, () => tasksOf(assignment.id));
  return (
    <section className="stack tight">
      <h2>{t("peer.tasks")}</h2>
      <p className="quiet small">{t("peer.tasksHint")}</p>
      <Ready of={loaded} again={again}>
        {(tasks) =>
          tasks.length === 0 ? (
            <p className="quiet">{t("peer.tasksNone")}</p>
          ) : (
            <ul className="stack tight">
              {tasks.map((task, place) => (
                <li key={task.id} className="card line-card">
                  {task.done_at === null ? <Circle aria-hidden className="quiet" /> : <CheckCircle2 aria-hidden />}
                  <div className="grow">
                    <h3>{t("peer.work", { number: number(place + 1) })}</h3>
                    <p className="quiet small">{t(task.done_at === null ? "peer.open" : "peer.given")}</p>
                  </div>
                  <Go
                    to={`/courses/${here.course.id}/assignments/${assignment.id}/reviews/${task.id}`}
                    className="button"
                    aria-label={t(task.done_at === null ? "peer.reviewWork" : "peer.changeOf", { number: number(place + 1) })}
                  >
                    {t(task.done_at === null ? "peer.review" : "peer.change")}
                  </Go>
                </li>
              ))}
            </ul>
          )
        }
      </Ready>
    </section>
  );
}
