/** One quiz: what awaits one, the way in, and the attempts so far. */

import { useEffect, useState } from "react";
import { go } from "../../pages/routes";
import type { Here } from "../course/here";
import { Go, Heading, Ready, Trouble } from "../parts";
import { Prose } from "../Prose";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { allAttempts, ownAttempts, quizOf, startAttempt } from "./api";
import { ManageQuiz } from "./ManageQuiz";
import { Facts } from "./Quizzes";
import type { AttemptListed, OwnAttempt, QuizHead } from "./shapes";
import { standing } from "./standing";

/** After grading again the marks come in one by one: they are asked for again for a while. */
const AGAIN_MS = 1_500;
const MOST_ASKED = 20;

export function QuizPage({ here, id }: { here: Here; id: string }) {
  const { t } = useTexts();
  const [regraded, setRegraded] = useState(0);
  const { loaded, again } = useLoaded(`quiz ${id}`, () => quizOf(id));
  const base = `/courses/${here.course.id}/quizzes`;
  return (
    <article className="stack reading">
      <Go to={base} className="text-button">
        {t("quiz.all")}
      </Go>
      <Ready of={loaded} again={again}>
        {(quiz) => (
          <>
            <Heading title={quiz.title}>
              <span dir="auto">{quiz.title}</span>
            </Heading>
            <Facts quiz={quiz} />
            {quiz.instructions !== "" && <Prose text={quiz.instructions} />}
            {here.course.role === "student" && <MyAttempts here={here} quiz={quiz} />}
            {here.staff && <ManageQuiz here={here} quiz={quiz} again={again} onRegraded={() => setRegraded((now) => now + 1)} />}
            {here.staff && <TheirAttempts here={here} quiz={quiz} regraded={regraded} />}
          </>
        )}
      </Ready>
    </article>
  );
}

function MyAttempts({ here, quiz }: { here: Here; quiz: QuizHead }) {
  const { t } = useTexts();
  const { loaded, again } = useLoaded(`own ${quiz.id}`, () => ownAttempts(quiz.id));
  return (
    <Ready of={loaded} again={again}>
      {(attempts) => (
        <>
          <WayIn here={here} quiz={quiz} attempts={attempts} />
          {attempts.some(({ status }) => status !== "running") && (
            <section className="stack tight">
              <h2>{t("quiz.mine")}</h2>
              <ul className="stack tight">
                {attempts
                  .filter(({ status }) => status !== "running")
                  .map((one) => (
                    <Done key={one.id} here={here} attempt={one} />
                  ))}
              </ul>
            </section>
          )}
        </>
      )}
    </Ready>
  );
}

function WayIn({ here, quiz, attempts }: { here: Here; quiz: QuizHead; attempts: OwnAttempt[] }) {
  const { t, moment } = useTexts();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [now] = useState(() => Date.now());
  const is = standing(quiz, attempts, now);
  const begin = (): void => {
    setBusy(true);
    startAttempt(quiz.id).then(
      (attempt) => go(`/courses/${here.course.id}/attempts/${attempt.id}`),
      (refused: unknown) => {
        setBusy(false);
        setError(refused);
      },
    );
  };
  switch (is.kind) {
    case "not-open":
      return <p className="notice">{t("course.opens", { time: moment(is.opens) })}</p>;
    case "closed":
      return <p className="notice">{t("quiz.isClosed")}</p>;
    case "used-up":
      return <p className="notice">{t("quiz.usedUp")}</p>;
    case "running":
      return (
        <Go to={`/courses/${here.course.id}/attempts/${is.attempt.id}`} className="button primary large">
          {t("quiz.continue")}
        </Go>
      );
    case "may-start":
      return (
        <div className="stack tight">
          {error !== null && <Trouble error={error} />}
          <div>
            <button type="button" className="button primary large" disabled={busy} onClick={begin}>
              {t("quiz.start")}
            </button>
          </div>
          {quiz.minutes !== null && <p className="quiet small">{t("quiz.clockRuns")}</p>}
        </div>
      );
  }
}

function Done({ here, attempt }: { here: Here; attempt: OwnAttempt }) {
  const { t, number, moment } = useTexts();
  return (
    <li className="card line-card">
      <div className="grow">
        <h3>{t("quiz.attempt", { number: number(attempt.number) })}</h3>
        {attempt.submitted_at !== null && (
          <p className="quiet small">{t("quiz.handedIn", { time: moment(attempt.submitted_at) })}</p>
        )}
      </div>
      <Score attempt={attempt} />
      <Go to={`/courses/${here.course.id}/results/${attempt.id}`} className="button">
        {t("quiz.result")}
      </Go>
    </li>
  );
}

export function Score({ attempt }: { attempt: Pick<OwnAttempt, "score" | "maximum"> }) {
  const { t, points } = useTexts();
  if (attempt.score === null || attempt.maximum === null) return <span className="badge">{t("quiz.notOut")}</span>;
  return <span className="score">{t("quiz.of", { score: points(attempt.score), maximum: points(attempt.maximum) })}</span>;
}

/** `regraded`: how often they were graded again since the page was opened. */
function TheirAttempts({ here, quiz, regraded }: { here: Here; quiz: QuizHead; regraded: number }) {
  const { t } = useTexts();
  const { loaded, again } = useLoaded(`attempts ${quiz.id}`, () => allAttempts(quiz.id));
  useEffect(() => {
    if (regraded === 0) return;
    let asked = 0;
    const timer = setInterval(() => {
      again();
      if (++asked === MOST_ASKED) clearInterval(timer);
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }, [regraded, again]);
  return (
    <section className="stack">
      <h2>{t("quiz.theirs")}</h2>
      <Ready of={loaded} again={again}>
        {(attempts) =>
          attempts.length === 0 ? (
            <p className="quiet">{t("quiz.nobodyYet")}</p>
          ) : (
            <ul className="stack tight">
              {attempts.map((one) => (
                <Theirs key={one.id} here={here} attempt={one} />
              ))}
            </ul>
          )
        }
      </Ready>
    </section>
  );
}

function Theirs({ here, attempt }: { here: Here; attempt: AttemptListed }) {
  const { t, number } = useTexts();
  return (
    <li className="card line-card">
      <div className="grow">
        <h3 dir="auto">{attempt.name}</h3>
        <p className="quiet small">
          {t("quiz.attempt", { number: number(attempt.number) })} · {t(`quiz.status.${attempt.status}`)}
        </p>
      </div>
      {attempt.needs_manual && <span className="badge warm">{t("quiz.toMark")}</span>}
      <Score attempt={attempt} />
      {attempt.status !== "running" && (
        <Go
          to={`/courses/${here.course.id}/results/${attempt.id}`}
          className="button small-button"
          aria-label={t("quiz.resultOf", { name: attempt.name })}
        >
          {t("quiz.result")}
        </Go>
      )}
    </li>
  );
}
