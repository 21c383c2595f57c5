/** One question to answer, by its kind. What is shown is the answer so far; each change is handed up. */

import { ArrowDown, ArrowUp } from "lucide-react";
import { useId, useRef } from "react";
import { useAnnounce } from "../../ui/Announcer";
import { Line, Prose } from "../Prose";
import { useTexts } from "../texts";
import type { Choice, Question, Response } from "./shapes";
import { moved, wordCount } from "./words";

interface Props {
  question: Question;
  response: Response | null;
  /** Nothing can be changed: the attempt is over, or this is only looked at. */
  fixed?: boolean;
  onChange(response: Response | null): void;
}

/** File name of a code answer: the grader takes any. */
const FILE = "main";

export function QuestionView(props: Props & { number: number }) {
  const { t, number, points } = useTexts();
  const id = useId();
  return (
    <section className="question card" aria-labelledby={id}>
      <header className="row question-head">
        <h2 id={id}>{t("quiz.question", { number: number(props.number) })}</h2>
        <span className="quiet small">{t("quiz.points", { count: props.question.points, points: points(props.question.points) })}</span>
      </header>
      <div id={`${id}prompt`}>
        <Prose text={props.question.prompt} />
      </div>
      <AnswerField {...props} labelledby={`${id} ${id}prompt`} />
    </section>
  );
}

function AnswerField(props: Props & { labelledby: string }) {
  switch (props.question.kind) {
    case "single":
    case "multiple":
    case "true-false":
      return <Choices {...props} />;
    case "numeric":
    case "short-text":
      return <ShortField {...props} />;
    case "essay":
      return <EssayField {...props} />;
    case "ordering":
      return <OrderField {...props} />;
    case "matching":
      return <MatchField {...props} />;
    case "code":
      return <CodeField {...props} />;
  }
}

function Choices({ question, response, fixed, onChange, labelledby }: Props & { labelledby: string }) {
  const { t } = useTexts();
  const name = useId();
  const many = question.kind === "multiple";
  const picked = response?.kind === "chosen" ? response.choices : [];
  const choices: Choice[] =
    question.kind === "true-false"
      ? [
          { id: "true", text: t("quiz.true") },
          { id: "false", text: t("quiz.false") },
        ]
      : (question.choices ?? []);
  const pick = (id: string, on: boolean): void => {
    const next = many ? (on ? [...picked, id] : picked.filter((one) => one !== id)) : [id];
    onChange({ kind: "chosen", choices: next });
  };
  return (
    <fieldset className="field plain" aria-labelledby={labelledby} disabled={fixed}>
      {many && <p className="quiet small">{t("poll.chooseMany")}</p>}
      <div className="cards">
        {choices.map(({ id, text }) => (
          <label key={id} className="answer-choice">
            <input
              type={many ? "checkbox" : "radio"}
              name={name}
              checked={picked.includes(id)}
              onChange={(event) => pick(id, event.target.checked)}
            />
            <Line text={text} />
          </label>
        ))}
      </div>
    </fieldset>
  );
}

const textOf = (response: Response | null): string => (response?.kind === "said" ? response.text : "");
const said = (text: string): Response | null => (text === "" ? null : { kind: "said", text });

function ShortField({ question, response, fixed, onChange, labelledby }: Props & { labelledby: string }) {
  const { t } = useTexts();
  const id = useId();
  const numeric = question.kind === "numeric";
  return (
    <div className="field short-field">
      <input
        aria-labelledby={labelledby}
        aria-describedby={id}
        dir={numeric ? "ltr" : "auto"}
        inputMode={numeric && !question.with_unit ? "decimal" : "text"}
        autoComplete="off"
        readOnly={fixed}
        maxLength={1000}
        value={textOf(response)}
        onChange={(event) => onChange(said(event.target.value))}
      />
      <p id={id} className="quiet small">
        {t(numeric ? (question.with_unit ? "quiz.numberUnit" : "quiz.number") : "quiz.words")}
      </p>
    </div>
  );
}

function EssayField({ question, response, fixed, onChange, labelledby }: Props & { labelledby: string }) {
  const { t } = useTexts();
  const id = useId();
  const text = textOf(response);
  const { least_words: least, most_words: most } = question;
  return (
    <div className="field">
      <textarea
        className="essay"
        aria-labelledby={labelledby}
        aria-describedby={id}
        dir="auto"
        rows={8}
        readOnly={fixed}
        value={text}
        onChange={(event) => onChange(said(event.target.value))}
      />
      <p id={id} className="quiet small">
        {t("quiz.wordCount", { count: wordCount(text) })}
        {least ? ` · ${t("quiz.leastWords", { count: least })}` : ""}
        {most ? ` · ${t("quiz.mostWords", { count: most })}` : ""}
      </p>
    </div>
  );
}

function CodeField({ question, response, fixed, onChange, labelledby }: Props & { labelledby: string }) {
  const { t } = useTexts();
  const id = useId();
  const files = response?.kind === "submitted" ? response.files : null;
  const text = files === null ? (question.starter ?? "") : (Object.values(files)[0] ?? "");
  return (
    <div className="field">
      <textarea
        className="code-answer"
        aria-labelledby={labelledby}
        aria-describedby={id}
        dir="ltr"
        rows={10}
        spellCheck={false}
        autoCapitalize="off"
        readOnly={fixed}
        value={text}
        onChange={(event) => onChange({ kind: "submitted", files: { [FILE]: event.target.value } })}
      />
      <p id={id} className="quiet small">
        {t("quiz.codeIn", { language: question.language ?? "" })}
      </p>
    </div>
  );
}

/** Moved by buttons: what a mouse can drag, a keyboard must be able to move. */
function OrderField({ question, response, fixed, onChange, labelledby }: Props & { labelledby: string }) {
  const { t, number } = useTexts();
  const announce = useAnnounce();
  const list = useRef<HTMLOListElement>(null);
  const texts = new Map((question.choices ?? []).map(({ id, text }) => [id, text]));
  const order = response?.kind === "ordered" ? response.order : [...texts.keys()];
  const move = (place: number, step: -1 | 1): void => {
    const next = moved(order, place, step);
    if (next === order) return;
    onChange({ kind: "ordered", order: [...next] });
    announce(t("quiz.movedTo", { text: texts.get(order[place] ?? "") ?? "", place: number(place + step + 1) }));
    const direction = step < 0 ? "up" : "down";
    requestAnimationFrame(() => {
      list.current?.querySelectorAll<HTMLElement>("li")[place + step]?.querySelector<HTMLElement>(`.${direction}`)?.focus();
    });
  };
  return (
    <div className="stack tight">
      <ol className="order" aria-labelledby={labelledby} ref={list}>
        {order.map((id, place) => {
          const text = texts.get(id) ?? "";
          return (
            <li key={id} className="order-line">
              <span className="module-number small-number" aria-hidden="true">
                {number(place + 1)}
              </span>
              <span className="grow">
                <Line text={text} />
              </span>
              {!fixed && (
                <>
                  <button
                    type="button"
                    className="icon-button up"
                    aria-label={t("quiz.moveUp", { text })}
                    aria-disabled={place === 0}
                    onClick={() => move(place, -1)}
                  >
                    <ArrowUp aria-hidden />
                  </button>
                  <button
                    type="button"
                    className="icon-button down"
                    aria-label={t("quiz.moveDown", { text })}
                    aria-disabled={place === order.length - 1}
                    onClick={() => move(place, 1)}
                  >
                    <ArrowDown aria-hidden />
                  </button>
                </>
              )}
            </li>
          );
        })}
      </ol>
      {!fixed && response === null && (
        <button type="button" className="text-button" onClick={() => onChange({ kind: "ordered", order })}>
          {t("quiz.keepOrder")}
        </button>
      )}
    </div>
  );
}

function MatchField({ question, response, fixed, onChange }: Props & { labelledby: string }) {
  const { t } = useTexts();
  const base = useId();
  const pairs = response?.kind === "matched" ? response.pairs : {};
  const match = (source: string, target: string): void => {
    const next = Object.fromEntries(Object.entries(pairs).filter(([id]) => id !== source));
    if (target !== "") next[source] = target;
    onChange(Object.keys(next).length === 0 ? null : { kind: "matched", pairs: next });
  };
  return (
    <div className="matches">
      {(question.sources ?? []).map(({ id, text }) => (
        <div key={id} className="match">
          <label htmlFor={`${base}${id}`}>
            <Line text={text} />
          </label>
          <select
            id={`${base}${id}`}
            dir="auto"
            disabled={fixed}
            value={pairs[id] ?? ""}
            onChange={(event) => match(id, event.target.value)}
          >
            <option value="">{t("quiz.choose")}</option>
            {(question.choices ?? []).map((target) => (
              <option key={target.id} value={target.id} dir="auto">
                {target.text}
              </option>
            ))}
          </select>
        </div>
      ))}
    </div>
  );
}
