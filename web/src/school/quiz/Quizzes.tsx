/** The quizzes of a course; for staff with the ways to make and change them. */

import { ClipboardList } from "lucide-react";
import { Go, Ready } from "../parts";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import type { Here } from "../course/here";
import { quizzesOf } from "./api";
import type { QuizHead } from "./shapes";

export function Quizzes({ here }: { here: Here }) {
  const { t } = useTexts();
  const { course, staff } = here;
  const { loaded, again } = useLoaded(`quizzes ${course.id}`, () => quizzesOf(course.id));
  return (
    <section className="stack">
      <div className="page-head">
        <h2>{t("course.quizzes")}</h2>
        {staff && (
          <Go to={`/courses/${course.id}/quizzes/new`} className="button">
            {t("build.new")}
          </Go>
        )}
      </div>
      <Ready of={loaded} again={again}>
        {(quizzes) =>
          quizzes.length === 0 ? (
            <p className="quiet">{t("quiz.none")}</p>
          ) : (
            <ul className="stack tight">
              {quizzes.map((quiz) => (
                <QuizLine key={quiz.id} here={here} quiz={quiz} />
              ))}
            </ul>
          )
        }
      </Ready>
    </section>
  );
}

function QuizLine({ here, quiz }: { here: Here; quiz: QuizHead }) {
  const { t } = useTexts();
  const path = `/courses/${here.course.id}/quizzes/${quiz.id}`;
  return (
    <li className="card line-card">
      <ClipboardList aria-hidden className="quiet" />
      <div className="grow stack tight">
        <div className="row">
          <h3 dir="auto">
            <Go to={path} className="text-link">
              {quiz.title}
            </Go>
          </h3>
          {quiz.status === "draft" && <span className="badge">{t("courses.draft")}</span>}
        </div>
        <Facts quiz={quiz} />
      </div>
      {here.staff && (
        <Go to={`${path}/edit`} className="button small-button" aria-label={t("build.editOf", { title: quiz.title })}>
          {t("build.edit")}
        </Go>
      )}
    </li>
  );
}

/** Points, time, attempts and dates in one line. */
export function Facts({ quiz }: { quiz: QuizHead }) {
  const { t, points, moment } = useTexts();
  const facts = [
    t("quiz.points", { count: quiz.maximum, points: points(quiz.maximum) }),
    quiz.minutes === null ? t("quiz.noLimit") : t("quiz.minutes", { count: Math.ceil(quiz.minutes) }),
    quiz.attempts === 0 ? t("quiz.anyAttempts") : t("quiz.attempts", { count: quiz.attempts }),
    ...(quiz.due_at === null ? [] : [t("quiz.due", { time: moment(quiz.due_at) })]),
    ...(quiz.closes_at === null ? [] : [t("quiz.closes", { time: moment(quiz.closes_at) })]),
  ];
  return <p className="quiet small">{facts.join(" · ")}</p>;
}
