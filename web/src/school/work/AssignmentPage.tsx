/** One assignment: for students what they hand in and what came back, for staff who has handed in. */

import { get, list } from "../api";
import type { Here } from "../course/here";
import { Go, Heading, Ready } from "../parts";
import { Prose } from "../Prose";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { WorkFacts } from "./Assignments";
import { HandInWork } from "./HandInWork";
import { PeerDesk } from "./peers/PeerDesk";
import { Tasks } from "./peers/Tasks";
import type { Assignment, Rubric, SubmissionHead } from "./shapes";

export function AssignmentPage({ here, id }: { here: Here; id: string }) {
  const { t } = useTexts();
  const { loaded, again } = useLoaded(`assignment ${id}`, () => get<Assignment>(`/assignments/${id}`));
  const base = `/courses/${here.course.id}/assignments`;
  return (
    <article className="stack reading">
      <Go to={base} className="text-button">
        {t("work.all")}
      </Go>
      <Ready of={loaded} again={again}>
        {(assignment) => (
          <>
            <div className="page-head">
              <Heading title={assignment.title}>
                <span dir="auto">{assignment.title}</span>
              </Heading>
              {here.staff && (
                <Go to={`${base}/${id}/edit`} className="button">
                  {t("build.edit")}
                </Go>
              )}
            </div>
            <WorkFacts assignment={assignment} />
            {assignment.instructions !== "" && <Prose text={assignment.instructions} />}
            {assignment.rubric !== null && <RubricTable rubric={assignment.rubric} />}
            {here.course.role === "student" && assignment.peers_assigned_at !== null && <Tasks here={here} assignment={assignment} />}
            {here.course.role === "student" && <HandInWork here={here} assignment={assignment} />}
            {here.staff && <Submissions here={here} assignment={assignment} again={again} />}
          </>
        )}
      </Ready>
    </article>
  );
}

function RubricTable({ rubric }: { rubric: Rubric }) {
  const { t, points } = useTexts();
  return (
    <section className="stack tight">
      <h2>{t("work.rubric")}</h2>
      <dl className="rubric">
        {rubric.criteria.map(({ id, text, levels }) => (
          <div key={id}>
            <dt dir="auto">{text}</dt>
            <dd>
              {levels.map((level) => (
                <span key={level.id} className="level">
                  <bdi>{level.text}</bdi> <span className="score">{points(level.points)}</span>
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Submissions({ here, assignment, again }: { here: Here; assignment: Assignment; again(): void }) {
  const { t, points } = useTexts();
  const { loaded, again: reload } = useLoaded(`submissions ${assignment.id}`, () =>
    list<SubmissionHead>(`/assignments/${assignment.id}/submissions`),
  );
  const changed = (): void => {
    again();
    reload();
  };
  const heads = loaded.kind === "ready" ? loaded.value : [];
  return (
    <section className="stack tight">
      {loaded.kind === "ready" && <PeerDesk here={here} assignment={assignment} heads={heads} again={changed} />}
      <h2>{t("work.submissions")}</h2>
      <Ready of={loaded} again={reload}>
        {() =>
          heads.length === 0 ? (
            <p className="quiet">{t("work.nobody")}</p>
          ) : (
            <ul className="stack tight">
              {heads.map((one) => (
                <li key={one.id} className="card line-card">
                  <div className="grow">
                    <h3 dir="auto">{one.name}</h3>
                    <p className="quiet small">{t(`work.status.${one.status}`)}</p>
                  </div>
                  {one.late_seconds > 0 && <span className="badge warm">{t("work.late")}</span>}
                  {one.score !== null && (
                    <span className="score">
                      {t("quiz.of", { score: points(one.score), maximum: points(assignment.points) })}
                    </span>
                  )}
                  {one.status !== "draft" && (
                    <Go
                      to={`/courses/${here.course.id}/submissions/${one.id}`}
                      className="button small-button"
                      aria-label={t("work.markOf", { name: one.name })}
                    >
                      {t("work.mark")}
                    </Go>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Ready>
    </section>
  );
}
