/** The assignments of a course. */

import { PenLine } from "lucide-react";
import type { Here } from "../course/here";
import { list } from "../api";
import { Go, Ready } from "../parts";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import type { Assignment } from "./shapes";

export function Assignments({ here }: { here: Here }) {
  const { t } = useTexts();
  const { course, staff } = here;
  const { loaded, again } = useLoaded(`assignments ${course.id}`, () =>
    list<Assignment>(`/courses/${course.id}/assignments`),
  );
  return (
    <section className="stack">
      <div className="page-head">
        <h2>{t("course.assignments")}</h2>
        {staff && (
          <Go to={`/courses/${course.id}/assignments/new`} className="button">
            {t("work.new")}
          </Go>
        )}
      </div>
      <Ready of={loaded} again={again}>
        {(assignments) =>
          assignments.length === 0 ? (
            <p className="quiet">{t("work.none")}</p>
          ) : (
            <ul className="stack tight">
              {assignments.map((one) => (
                <li key={one.id} className="card line-card">
                  <PenLine aria-hidden className="quiet" />
                  <div className="grow stack tight">
                    <div className="row">
                      <h3 dir="auto">
                        <Go to={`/courses/${course.id}/assignments/${one.id}`} className="text-link">
                          {one.title}
                        </Go>
                      </h3>
                      {one.status === "draft" && <span className="badge">{t("courses.draft")}</span>}
                    </div>
                    <WorkFacts assignment={one} />
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Ready>
    </section>
  );
}

export function WorkFacts({ assignment }: { assignment: Assignment }) {
  const { t, points, moment } = useTexts();
  const facts = [
    t("quiz.points", { count: Number(assignment.points), points: points(assignment.points) }),
    ...(assignment.due_at === null ? [] : [t("quiz.due", { time: moment(assignment.due_at) })]),
  ];
  return <p className="quiet small">{facts.join(" · ")}</p>;
}
