/** The fields of a question that belong to its kind: choices and which of them are right, the number, the pairs … */

import { Plus, X } from "lucide-react";
import { useId } from "react";
import { Area, Check, Field } from "../parts";
import { useTexts } from "../texts";
import type { Draft } from "./content";
import { freshId } from "./content";

interface Props {
  draft: Draft;
  set(change: Partial<Draft>): void;
}

export function KeyFields(props: Props) {
  switch (props.draft.kind) {
    case "single":
    case "multiple":
    case "ordering":
      return <ChoiceFields {...props} />;
    case "true-false":
      return <TruthFields {...props} />;
    case "numeric":
      return <NumberFields {...props} />;
    case "short-text":
      return <TextFields {...props} />;
    case "matching":
      return <PairFields {...props} />;
    case "essay":
      return <EssayFields {...props} />;
    case "code":
      return <CodeFields {...props} />;
  }
}

function ChoiceFields({ draft, set }: Props) {
  const { t, number } = useTexts();
  const name = useId();
  const { kind, choices } = draft;
  const keyed = kind !== "ordering";
  const isKey = (id: string): boolean => (kind === "single" ? draft.key === id : draft.keys.includes(id));
  const mark = (id: string, on: boolean): void => {
    if (kind === "single") set({ key: id });
    else set({ keys: on ? [...draft.keys, id] : draft.keys.filter((one) => one !== id) });
  };
  const edit = (id: string, text: string): void =>
    set({ choices: choices.map((one) => (one.id === id ? { ...one, text } : one)) });
  return (
    <fieldset className="field plain">
      <legend>{t("item.choices")}</legend>
      <p className="quiet small">{t(keyed ? "item.markRight" : "item.inOrder")}</p>
      <ul className="stack tight">
        {choices.map(({ id, text }, place) => (
          <li key={id} className="choice-line">
            {keyed && (
              <label className="check">
                <input
                  type={kind === "single" ? "radio" : "checkbox"}
                  name={name}
                  aria-label={t("item.isRight", { number: number(place + 1) })}
                  checked={isKey(id)}
                  onChange={(event) => mark(id, event.target.checked)}
                />
              </label>
            )}
            <input
              aria-label={t("item.choice", { number: number(place + 1) })}
              dir="auto"
              value={text}
              onChange={(event) => edit(id, event.target.value)}
            />
            <button
              type="button"
              className="icon-button"
              aria-label={t("item.removeChoice", { number: number(place + 1) })}
              disabled={choices.length <= 2}
              onClick={() => set({ choices: choices.filter((one) => one.id !== id) })}
            >
              <X aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      <button
        type="button"
        className="text-button"
        onClick={() => set({ choices: [...choices, { id: freshId(choices.map(({ id }) => id)), text: "" }] })}
      >
        <Plus aria-hidden /> {t("item.addChoice")}
      </button>
    </fieldset>
  );
}

function TruthFields({ draft, set }: Props) {
  const { t } = useTexts();
  const name = useId();
  return (
    <fieldset className="field plain">
      <legend>{t("item.truth")}</legend>
      <div className="segments">
        {([true, false] as const).map((truth) => (
          <label key={String(truth)} className="segment">
            <input type="radio" name={name} checked={draft.truth === truth} onChange={() => set({ truth })} />
            <span>{t(truth ? "quiz.true" : "quiz.false")}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function NumberFields({ draft, set }: Props) {
  const { t } = useTexts();
  return (
    <>
      <div className="columns">
        <Field label={t("item.number")} dir="ltr" value={draft.number} onChange={(event) => set({ number: event.target.value })} />
        <Field
          label={t("item.tolerance")}
          dir="ltr"
          value={draft.tolerance}
          onChange={(event) => set({ tolerance: event.target.value })}
        />
        <Field
          label={t("item.unit")}
          hint={t("item.unitHint")}
          dir="ltr"
          value={draft.unit}
          onChange={(event) => set({ unit: event.target.value })}
        />
      </div>
      <Check label={t("item.relative")} checked={draft.relative} onChange={(relative) => set({ relative })} />
    </>
  );
}

function TextFields({ draft, set }: Props) {
  const { t } = useTexts();
  return (
    <>
      <Area
        label={t("item.accepted")}
        hint={t("item.acceptedHint")}
        rows={3}
        value={draft.accepted}
        onChange={(event) => set({ accepted: event.target.value })}
      />
      <div className="columns">
        <Field
          label={t("item.typos")}
          type="number"
          min={0}
          max={3}
          dir="ltr"
          value={draft.typos}
          onChange={(event) => set({ typos: Math.min(3, Math.max(0, Number(event.target.value))) })}
        />
        <Check
          label={t("item.caseSensitive")}
          checked={draft.caseSensitive}
          onChange={(caseSensitive) => set({ caseSensitive })}
        />
      </div>
    </>
  );
}

function PairFields({ draft, set }: Props) {
  const { t, number } = useTexts();
  const { pairs } = draft;
  const edit = (place: number, change: Partial<(typeof pairs)[number]>): void =>
    set({ pairs: pairs.map((pair, at) => (at === place ? { ...pair, ...change } : pair)) });
  return (
    <fieldset className="field plain">
      <legend>{t("item.pairs")}</legend>
      <ul className="stack tight">
        {pairs.map((pair, place) => (
          <li key={place} className="choice-line">
            <input
              aria-label={t("item.source", { number: number(place + 1) })}
              dir="auto"
              value={pair.source}
              onChange={(event) => edit(place, { source: event.target.value })}
            />
            <input
              aria-label={t("item.target", { number: number(place + 1) })}
              dir="auto"
              value={pair.target}
              onChange={(event) => edit(place, { target: event.target.value })}
            />
            <button
              type="button"
              className="icon-button"
              aria-label={t("item.removePair", { number: number(place + 1) })}
              disabled={pairs.length <= 2}
              onClick={() => set({ pairs: pairs.filter((_, at) => at !== place) })}
            >
              <X aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      <button type="button" className="text-button" onClick={() => set({ pairs: [...pairs, { source: "", target: "" }] })}>
        <Plus aria-hidden /> {t("item.addPair")}
      </button>
    </fieldset>
  );
}

function EssayFields({ draft, set }: Props) {
  const { t } = useTexts();
  const words = (value: string): number => Math.max(0, Math.floor(Number(value)) || 0);
  return (
    <div className="columns">
      <Field
        label={t("item.leastWords")}
        type="number"
        min={0}
        dir="ltr"
        value={draft.leastWords}
        onChange={(event) => set({ leastWords: words(event.target.value) })}
      />
      <Field
        label={t("item.mostWords")}
        hint={t("item.zeroNone")}
        type="number"
        min={0}
        dir="ltr"
        value={draft.mostWords}
        onChange={(event) => set({ mostWords: words(event.target.value) })}
      />
    </div>
  );
}

function CodeFields({ draft, set }: Props) {
  const { t } = useTexts();
  return (
    <>
      <Field label={t("item.language")} dir="ltr" value={draft.language} onChange={(event) => set({ language: event.target.value })} />
      <Area
        label={t("item.starter")}
        className="code-answer"
        dir="ltr"
        rows={4}
        spellCheck={false}
        value={draft.starter}
        onChange={(event) => set({ starter: event.target.value })}
      />
      <Field
        label={t("item.tests")}
        hint={t("item.testsHint")}
        dir="ltr"
        value={draft.tests}
        onChange={(event) => set({ tests: event.target.value })}
      />
    </>
  );
}
