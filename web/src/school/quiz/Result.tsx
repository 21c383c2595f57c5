/** What came of an attempt: the score, and per question what was answered and what is said about it. */

import { useState } from "react";
import type { SyntheticEvent } from "react";
import type { Here } from "../course/here";
import { send } from "../api";
import { Area, Field, FormProblem, Go, Heading, Ready } from "../parts";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { useSend } from "../useSend";
import { quizOf, resultOf } from "./api";
import { QuestionView } from "./Question";
import { Score } from "./QuizPage";
import { remarkWords } from "./remarks";
import type { ItemResult, QuizHead, Result } from "./shapes";

/** A result that is being graded is asked for again. */
const AGAIN_MS = 2_000;
const MOST_ASKED = 30;

async function load(id: string, staff: boolean): Promise<{ result: Result; quiz: QuizHead }> {
  const result = await resultOf(id, staff);
  return { result, quiz: await quizOf(result.quiz_id) };
}

export function ResultPage({ here, id }: { here: Here; id: string }) {
  const { t } = useTexts();
  const [asked, setAsked] = useState(0);
  const { loaded, again } = useLoaded(`result ${id}`, async () => {
    const value = await load(id, here.staff);
    if (value.result.status === "submitted" && !value.result.needs_manual && asked < MOST_ASKED) {
      setTimeout(() => {
        setAsked((now) => now + 1);
        again();
      }, AGAIN_MS);
    }
    return value;
  });
  return (
    <article className="stack reading">
      <Ready of={loaded} again={again}>
        {({ result, quiz }) => (
          <>
            <Go to={`/courses/${here.course.id}/quizzes/${quiz.id}`} className="text-button">
              <span>{t("course.backTo")}</span> <bdi>{quiz.title}</bdi>
            </Go>
            <Heading title={quiz.title}>{t("quiz.resultIn", { title: quiz.title })}</Heading>
            <Summary result={result} />
            {result.items.map((item, place) => (
              <Judged key={item.item} here={here} attempt={id} item={item} number={place + 1} onMarked={again} />
            ))}
          </>
        )}
      </Ready>
    </article>
  );
}

function Summary({ result }: { result: Result }) {
  const { t, percent } = useTexts();
  const share = result.score !== null && result.maximum ? result.score / result.maximum : null;
  return (
    <section className="card summary" aria-live="polite">
      <p className="big-score">
        <Score attempt={result} />
        {share !== null && <span className="quiet">{percent(share)}</span>}
      </p>
      {share !== null && <meter min={0} max={1} value={share} aria-label={percent(share)} />}
      {result.status === "submitted" && !result.needs_manual && <p className="quiet">{t("quiz.grading")}</p>}
      {result.needs_manual && <p className="quiet">{t("quiz.personLooks")}</p>}
      {result.shows === null && result.status !== "submitted" && <p className="quiet">{t("quiz.later")}</p>}
    </section>
  );
}

interface JudgedProps {
  here: Here;
  attempt: string;
  item: ItemResult;
  number: number;
  onMarked(): void;
}

function Judged({ here, attempt, item, number, onMarked }: JudgedProps) {
  const { t } = useTexts();
  const ignore = (): void => undefined;
  const words = item.feedback.map((remark) => remarkWords(t, remark)).filter((text) => text !== "");
  return (
    <div className="judged">
      <QuestionView number={number} question={item.question} response={item.response} fixed onChange={ignore} />
      <div className={`verdict ${verdict(item)}`}>
        <p className="row">
          <strong>{t(`quiz.verdict.${verdict(item)}`)}</strong>
          {item.score !== null && <Score attempt={item} />}
        </p>
        {words.map((text, place) => (
          <p key={place} dir="auto">
            {text}
          </p>
        ))}
        {item.key !== null && verdict(item) !== "right" && (
          <div className="stack tight">
            <p className="quiet small">{t("quiz.rightAnswer")}</p>
            <Key item={item} />
          </div>
        )}
        {here.staff && <MarkForm attempt={attempt} item={item} onMarked={onMarked} />}
      </div>
    </div>
  );
}

function verdict({ score, maximum, needs_manual, feedback }: ItemResult): "right" | "wrong" | "partly" | "open" | "blank" {
  if (needs_manual || score === null || maximum === null) return "open";
  if (score >= maximum) return "right";
  if (score > 0) return "partly";
  return feedback.some(({ code }) => code === "blank") ? "blank" : "wrong";
}

/** The key as a list of words. */
function Key({ item: { key, question } }: { item: ItemResult }) {
  const { t } = useTexts();
  const text = new Map([...(question.choices ?? []), ...(question.sources ?? [])].map((one) => [one.id, one.text]));
  if (question.kind === "true-false") {
    text.set("true", t("quiz.true"));
    text.set("false", t("quiz.false"));
  }
  const name = (id: string): string => text.get(id) ?? id;
  const lines =
    key?.kind === "chosen"
      ? key.choices.map(name)
      : key?.kind === "ordered"
        ? key.order.map(name)
        : key?.kind === "matched"
          ? Object.entries(key.pairs).map(([source, target]) => `${name(source)} → ${name(target)}`)
          : key?.kind === "said"
            ? [key.text]
            : [];
  return (
    <ol className="key-lines">
      {lines.map((line) => (
        <li key={line} dir="auto">
          {line}
        </li>
      ))}
    </ol>
  );
}

function MarkForm({ attempt, item, onMarked }: { attempt: string; item: ItemResult; onMarked(): void }) {
  const { t } = useTexts();
  const [score, setScore] = useState(String(item.mark ?? item.score ?? ""));
  const [comment, setComment] = useState(item.comment);
  const { busy, problem, say, run } = useSend();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const points = Number(score);
    if (score.trim() === "" || !(points >= 0 && points <= item.question.points)) return say(t("mark.range"));
    run(async () => {
      await send("PUT", `/attempts/${attempt}/marks/${item.item}`, { score: points, comment });
      onMarked();
    });
  };
  return (
    <details className="mark" open={item.needs_manual}>
      <summary>{t("mark.title")}</summary>
      <form className="stack tight" onSubmit={submit} noValidate>
        <Field
          label={t("mark.points")}
          type="number"
          min={0}
          max={item.question.points}
          step="any"
          dir="ltr"
          value={score}
          onChange={(event) => setScore(event.target.value)}
        />
        <Area label={t("mark.comment")} rows={2} value={comment} onChange={(event) => setComment(event.target.value)} />
        <FormProblem text={problem} />
        <button type="submit" className="button" disabled={busy}>
          {t("mark.keep")}
        </button>
      </form>
    </details>
  );
}

