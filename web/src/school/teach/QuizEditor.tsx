/** A quiz being built: which questions, when, for how long, and what is shown afterwards. */

import { ArrowDown, ArrowUp, X } from "lucide-react";
import type { SyntheticEvent } from "react";
import { useState } from "react";
import { go } from "../../pages/routes";
import { useToast } from "../../ui/Toasts";
import { get, list, send } from "../api";
import type { Here } from "../course/here";
import { Area, Check, Field, FormProblem, Go, Heading, Ready, Select } from "../parts";
import { moved } from "../quiz/words";
import type { Module } from "../shapes";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { useSend } from "../useSend";
import { toLate } from "./late";
import { LateFields } from "./LateFields";
import type { ItemHead } from "./ItemBank";
import { itemsOf } from "./ItemBank";
import type { Form, QuizSettings } from "./settings";
import { fromSettings, NEW_FORM, toSettings, unchangedParts } from "./settings";

interface Loaded {
  quiz: QuizSettings | null;
  items: ItemHead[];
  modules: Module[];
}

export function QuizEditor({ here, id }: { here: Here; id: string }) {
  const { course } = here;
  const { loaded, again } = useLoaded(`build ${id}`, async (): Promise<Loaded> => {
    const [quiz, items, modules] = await Promise.all([
      id === "new" ? null : get<QuizSettings>(`/quizzes/${id}/settings`),
      itemsOf(course.id),
      list<Module>(`/courses/${course.id}/modules`),
    ]);
    return { quiz, items, modules };
  });
  return (
    <Ready of={loaded} again={again}>
      {(value) => <Editor key={value.quiz?.version ?? 0} here={here} {...value} />}
    </Ready>
  );
}

function Editor({ here, quiz, items, modules }: { here: Here } & Loaded) {
  const { t } = useTexts();
  const toast = useToast();
  const [form, setForm] = useState<Form>(() => (quiz === null ? NEW_FORM : fromSettings(quiz)));
  const { busy, problem, say, run } = useSend();
  const set = (change: Partial<Form>): void => setForm((now) => ({ ...now, ...change }));
  const base = `/courses/${here.course.id}/quizzes`;
  const keep = (publish: boolean): void => {
    if (form.title.trim() === "") return say(t("courses.titleMissing"));
    if (toLate(form.late) === null) return say(t("late.bad"));
    if (form.category.trim() === "") return say(t("book.wrong.name"));
    if (publish && form.chosen.length === 0 && form.pools.trim() === "") return say(t("build.noQuestions"));
    run(async () => {
      await save(here.course.id, quiz, form, publish);
      toast(t(publish ? "build.published" : "item.kept"));
      go(base);
    });
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    keep(false);
  };
  const title = t(quiz === null ? "build.new" : "build.edit");
  return (
    <div className="stack reading">
      <Go to={base} className="text-button">
        {t("quiz.all")}
      </Go>
      <Heading title={title}>{title}</Heading>
      <form className="stack" onSubmit={submit} noValidate>
        <Field label={t("courses.title")} dir="auto" value={form.title} onChange={(event) => set({ title: event.target.value })} />
        <Area
          label={t("build.instructions")}
          rows={3}
          value={form.instructions}
          onChange={(event) => set({ instructions: event.target.value })}
        />
        <Select label={t("build.module")} value={form.module} onChange={(event) => set({ module: event.target.value })}>
          <option value="">{t("build.noModule")}</option>
          {modules.map(({ id, title: name }) => (
            <option key={id} value={id} dir="auto">
              {name}
            </option>
          ))}
        </Select>
        <Questions items={items} chosen={form.chosen} onChange={(chosen) => set({ chosen })} />
        <Area
          label={t("build.pools")}
          hint={t("build.poolsHint")}
          rows={2}
          value={form.pools}
          onChange={(event) => set({ pools: event.target.value })}
        />
        <Rules form={form} set={set} />
        <FormProblem text={problem} />
        <div className="row end">
          <button type="submit" className="button" disabled={busy}>
            {t(quiz?.status === "published" ? "item.keep" : "build.keepDraft")}
          </button>
          {quiz?.status !== "published" && (
            <button type="button" className="button primary" disabled={busy} onClick={() => keep(true)}>
              {t("build.publish")}
            </button>
          )}
        </div>
      </form>
    </div>
  );
}

async function save(course: string, quiz: QuizSettings | null, form: Form, publish: boolean): Promise<void> {
  const body = toSettings(form);
  if (quiz !== null && unchangedParts(quiz.parts, body["parts"] as QuizSettings["parts"])) delete body["parts"];
  const kept =
    quiz === null
      ? await send<QuizSettings>("POST", `/courses/${course}/quizzes`, body)
      : await send<QuizSettings>("PATCH", `/quizzes/${quiz.id}`, body, quiz.version);
  if (publish) await send("PATCH", `/quizzes/${kept.id}`, { status: "published" }, kept.version);
}

function Questions(props: { items: ItemHead[]; chosen: string[]; onChange(chosen: string[]): void }) {
  const { t } = useTexts();
  const { items, chosen, onChange } = props;
  const name = (id: string): string => {
    const item = items.find((one) => one.id === id);
    return item === undefined ? id : item.title || t(`kind.${item.kind}`);
  };
  return (
    <fieldset className="field plain">
      <legend>{t("build.questions")}</legend>
      {chosen.length > 0 && (
        <ol className="order">
          {chosen.map((id, place) => (
            <li key={id} className="order-line">
              <span className="grow" dir="auto">
                {name(id)}
              </span>
              <button
                type="button"
                className="icon-button"
                aria-label={t("quiz.moveUp", { text: name(id) })}
                onClick={() => onChange([...moved(chosen, place, -1)])}
              >
                <ArrowUp aria-hidden />
              </button>
              <button
                type="button"
                className="icon-button"
                aria-label={t("quiz.moveDown", { text: name(id) })}
                onClick={() => onChange([...moved(chosen, place, 1)])}
              >
                <ArrowDown aria-hidden />
              </button>
              <button
                type="button"
                className="icon-button"
                aria-label={t("build.leaveOut", { text: name(id) })}
                onClick={() => onChange(chosen.filter((one) => one !== id))}
              >
                <X aria-hidden />
              </button>
            </li>
          ))}
        </ol>
      )}
      <Select
        label={t("build.add")}
        value=""
        onChange={(event) => event.target.value !== "" && onChange([...chosen, event.target.value])}
      >
        <option value="">{t("quiz.choose")}</option>
        {items
          .filter(({ id }) => !chosen.includes(id))
          .map(({ id }) => (
            <option key={id} value={id} dir="auto">
              {name(id)}
            </option>
          ))}
      </Select>
    </fieldset>
  );
}

function Rules({ form, set }: { form: Form; set(change: Partial<Form>): void }) {
  const { t } = useTexts();
  const times = [
    ["opens", "build.opens"],
    ["due", "build.due"],
    ["closes", "build.closes"],
  ] as const;
  return (
    <>
      <div className="columns">
        <Field
          label={t("build.minutes")}
          hint={t("build.minutesHint")}
          type="number"
          min={1}
          dir="ltr"
          value={form.minutes}
          onChange={(event) => set({ minutes: event.target.value })}
        />
        <Field
          label={t("build.attempts")}
          hint={t("build.attemptsHint")}
          type="number"
          min={0}
          dir="ltr"
          value={form.attempts}
          onChange={(event) => set({ attempts: event.target.value })}
        />
        {times.map(([name, text]) => (
          <Field
            key={name}
            label={t(text)}
            type="datetime-local"
            dir="ltr"
            value={form[name]}
            onChange={(event) => set({ [name]: event.target.value })}
          />
        ))}
        <Select label={t("build.keep")} value={form.keep} onChange={(event) => set({ keep: event.target.value as Form["keep"] })}>
          {(["best", "last", "first", "average"] as const).map((one) => (
            <option key={one} value={one}>
              {t(`build.keep.${one}`)}
            </option>
          ))}
        </Select>
        <Select
          label={t("build.release")}
          value={form.release}
          onChange={(event) => set({ release: event.target.value as Form["release"] })}
        >
          {(["submitted", "closed", "released"] as const).map((one) => (
            <option key={one} value={one}>
              {t(`build.release.${one}`)}
            </option>
          ))}
        </Select>
        <Select label={t("build.shows")} value={form.shows} onChange={(event) => set({ shows: event.target.value as Form["shows"] })}>
          {(["score", "feedback", "key"] as const).map((one) => (
            <option key={one} value={one}>
              {t(`build.shows.${one}`)}
            </option>
          ))}
        </Select>
      </div>
      <LateFields form={form.late} onChange={(late) => set({ late })} />
      <Field
        label={t("book.category")}
        hint={t("book.categoryHint")}
        dir="auto"
        value={form.category}
        onChange={(event) => set({ category: event.target.value })}
      />
      <Check label={t("build.shuffleItems")} checked={form.shuffleItems} onChange={(shuffleItems) => set({ shuffleItems })} />
      <Check label={t("build.shuffleChoices")} checked={form.shuffleChoices} onChange={(shuffleChoices) => set({ shuffleChoices })} />
    </>
  );
}
