/** How the questions of a quiz did: how hard each was, how well it tells students apart, what its wrong answers did. */

import { get } from "../api";
import type { Here } from "../course/here";
import { Go, Heading, Ready, Working } from "../parts";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { quizOf } from "./api";
import type { Analysed, Analysis } from "./shapes";

export function AnalysisPage({ here, id }: { here: Here; id: string }) {
  const { t } = useTexts();
  const { loaded, again } = useLoaded(`analysis ${id}`, async () => {
    const [quiz, analysis] = await Promise.all([quizOf(id), get<Analysis>(`/quizzes/${id}/analysis`)]);
    return { quiz, analysis };
  });
  return (
    <article className="stack reading">
      <Working busy={loaded.kind === "loading"} />
      <Ready of={loaded} again={again}>
        {({ quiz, analysis }) => (
          <>
            <Go to={`/courses/${here.course.id}/quizzes/${id}`} className="text-button">
              <span>{t("course.backTo")}</span> <bdi>{quiz.title}</bdi>
            </Go>
            <Heading title={quiz.title}>{t("analysis.title", { title: quiz.title })}</Heading>
            <Whole analysis={analysis} />
            {analysis.questions.map((one) => (
              <Question key={one.item_id} here={here} question={one} />
            ))}
          </>
        )}
      </Ready>
    </article>
  );
}

function Whole({ analysis }: { analysis: Analysis }) {
  const { t, percent, points } = useTexts();
  const { students, mean, deviation, alpha } = analysis;
  if (students === 0) return <p className="quiet">{t("analysis.none")}</p>;
  return (
    <dl className="figures">
      <Figure name={t("analysis.students")} value={points(students)} />
      <Figure name={t("analysis.mean")} value={percent(mean)} />
      <Figure name={t("analysis.deviation")} value={percent(deviation)} />
      <Figure name={t("analysis.alpha")} value={alpha === null ? "–" : points(alpha)} />
    </dl>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt className="quiet small">{name}</dt>
      <dd className="score">{value}</dd>
    </div>
  );
}

function Question({ here, question }: { here: Here; question: Analysed }) {
  const { t, percent, points } = useTexts();
  const { item_id, title, answers, difficulty, discrimination, flags, choices } = question;
  return (
    <section className="card stack tight">
      <h2>
        <Go to={`/courses/${here.course.id}/items/${item_id}`} className="text-link" dir="auto">
          {title || t("regrade.untitled")}
        </Go>
      </h2>
      <dl className="figures">
        <Figure name={t("analysis.answers")} value={points(answers)} />
        <Figure name={t("analysis.difficulty")} value={percent(difficulty)} />
        <Figure name={t("analysis.discrimination")} value={discrimination === null ? "–" : points(discrimination)} />
      </dl>
      {flags.map((flag) => (
        <p key={flag} className={flag === "few-answers" ? "quiet small" : "notice"}>
          {t(`analysis.flag.${flag}`)}
        </p>
      ))}
      {choices.length > 0 && answers > 0 && <Choices question={question} />}
    </section>
  );
}

function Choices({ question: { title, choices, answers } }: { question: Analysed }) {
  const { t, number, percent } = useTexts();
  return (
    <div className="book" role="region" aria-label={t("analysis.choicesOf", { title })} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("item.choices")}</th>
            <th scope="col">{t("analysis.picked")}</th>
            <th scope="col">{t("analysis.upper")}</th>
            <th scope="col">{t("analysis.lower")}</th>
          </tr>
        </thead>
        <tbody>
          {choices.map(({ choice, text, right, picked, upper, lower }) => (
            <tr key={choice}>
              <th scope="row">
                <bdi>{text}</bdi> {right && <span className="badge open">{t("quiz.verdict.right")}</span>}
              </th>
              <td>
                {number(picked)} <span className="quiet small">{percent(picked / answers)}</span>
              </td>
              <td>{number(upper)}</td>
              <td>{number(lower)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
