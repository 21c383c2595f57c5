/** How the marks of a course add up: weights, what is dropped, the curve, the scale of grades. */

import { Plus, X } from "lucide-react";
import type { SyntheticEvent } from "react";
import { useState } from "react";
import { go } from "../../pages/routes";
import { useToast } from "../../ui/Toasts";
import { get, send } from "../api";
import type { Here } from "../course/here";
import { Check, Field, FormProblem, Go, Heading, Ready, Select, Working } from "../parts";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { useSend } from "../useSend";
import type { BookForm, BookSettings as Settings, CategoryLine, Curve, Step } from "./settings";
import { bookProblem, CURVES, fromBook, NEW_CATEGORY, sharesOf, toBook } from "./settings";
import type { Gradebook } from "./shapes";

interface Loaded {
  settings: Settings;
  used: string[];
}

export function BookSettings({ here }: { here: Here }) {
  const { t } = useTexts();
  const base = `/courses/${here.course.id}/gradebook`;
  const { loaded, again } = useLoaded(`how ${here.course.id}`, async (): Promise<Loaded> => {
    const [settings, { columns }] = await Promise.all([get<Settings>(`${base}/settings`), get<Gradebook>(base)]);
    return { settings, used: columns.map(({ category }) => category) };
  });
  return (
    <div className="stack reading">
      <Go to={`/courses/${here.course.id}/grades`} className="text-button">
        {t("book.back")}
      </Go>
      <Heading title={t("book.title")}>{t("book.title")}</Heading>
      <Ready of={loaded} again={again}>
        {(value) => <Editor key={value.settings.version} here={here} base={base} {...value} />}
      </Ready>
    </div>
  );
}

function Editor({ here, base, settings, used }: { here: Here; base: string } & Loaded) {
  const { t } = useTexts();
  const toast = useToast();
  const [form, setForm] = useState<BookForm>(() => fromBook(settings, used));
  const { busy, problem, say, run } = useSend();
  const set = (change: Partial<BookForm>): void => setForm((now) => ({ ...now, ...change }));
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const wrong = bookProblem(form);
    if (wrong !== null) return say(t(`book.wrong.${wrong}`));
    run(async () => {
      await send("PUT", `${base}/settings`, toBook(form), settings.version);
      toast(t("item.kept"));
      go(`/courses/${here.course.id}/grades`);
    });
  };
  return (
    <form className="stack wide-gap" onSubmit={submit} noValidate>
      <Categories lines={form.categories} onChange={(categories) => set({ categories })} />
      <Check label={t("book.missing")} checked={form.missingCounts} onChange={(missingCounts) => set({ missingCounts })} />
      <CurveFields form={form} set={set} />
      <Scale steps={form.scale} onChange={(scale) => set({ scale })} />
      <FormProblem text={problem} />
      <Working busy={busy} />
      <div className="row end">
        <Go to={`/courses/${here.course.id}/grades`} className="button">
          {t("class.cancel")}
        </Go>
        <button type="submit" className="button primary" disabled={busy}>
          {t("item.keep")}
        </button>
      </div>
    </form>
  );
}

const replaced = <T,>(all: readonly T[], place: number, change: Partial<T>): T[] =>
  all.map((one, at) => (at === place ? { ...one, ...change } : one));
const without = <T,>(all: readonly T[], place: number): T[] => all.filter((_, at) => at !== place);

function Categories({ lines, onChange }: { lines: CategoryLine[]; onChange(lines: CategoryLine[]): void }) {
  const { t, number, percent } = useTexts();
  const shares = sharesOf(lines);
  return (
    <fieldset className="field plain">
      <legend>{t("book.categories")}</legend>
      <p className="quiet small">{t("book.categoriesHint")}</p>
      <div className="stack tight">
        {lines.map((line, place) => (
          <div key={place} className="card stack tight" role="group" aria-label={t("book.group", { name: line.name || number(place + 1) })}>
            <div className="columns">
              <Field
                label={t("book.category")}
                dir="auto"
                value={line.name}
                onChange={(event) => onChange(replaced(lines, place, { name: event.target.value }))}
              />
              <Field
                label={t("book.weight")}
                hint={shares === null ? undefined : t("book.share", { share: percent(shares[place] ?? 0) })}
                type="number"
                min={0}
                step="any"
                dir="ltr"
                value={line.weight}
                onChange={(event) => onChange(replaced(lines, place, { weight: event.target.value }))}
              />
              <Field
                label={t("book.drop")}
                type="number"
                min={0}
                max={100}
                dir="ltr"
                value={line.drop}
                onChange={(event) => onChange(replaced(lines, place, { drop: event.target.value }))}
              />
            </div>
            <div className="row spread">
              <Check
                label={t("book.equal")}
                checked={line.equal}
                onChange={(equal) => onChange(replaced(lines, place, { equal }))}
              />
              <button
                type="button"
                className="icon-button"
                aria-label={t("book.removeCategory", { name: line.name || number(place + 1) })}
                onClick={() => onChange(without(lines, place))}
              >
                <X aria-hidden />
              </button>
            </div>
          </div>
        ))}
      </div>
      <button type="button" className="button" onClick={() => onChange([...lines, NEW_CATEGORY])}>
        <Plus aria-hidden /> <span>{t("book.addCategory")}</span>
      </button>
    </fieldset>
  );
}

function CurveFields({ form, set }: { form: BookForm; set(change: Partial<BookForm>): void }) {
  const { t } = useTexts();
  return (
    <div className="stack tight">
      <div className="columns">
        <Select label={t("book.curve")} value={form.curve} onChange={(event) => set({ curve: event.target.value as Curve | "" })}>
          <option value="">{t("book.curve.none")}</option>
          {CURVES.map((curve) => (
            <option key={curve} value={curve}>
              {t(`book.curve.${curve}`)}
            </option>
          ))}
        </Select>
        {form.curve === "raise-mean" && (
          <Field
            label={t("book.mean")}
            type="number"
            min={0}
            max={100}
            step="any"
            dir="ltr"
            value={form.mean}
            onChange={(event) => set({ mean: event.target.value })}
          />
        )}
      </div>
      {form.curve !== "" && <p className="quiet small">{t(`book.curveHint.${form.curve}`)}</p>}
    </div>
  );
}

function Scale({ steps, onChange }: { steps: Step[]; onChange(steps: Step[]): void }) {
  const { t, number } = useTexts();
  return (
    <fieldset className="field plain">
      <legend>{t("book.scale")}</legend>
      <p className="quiet small">{t("book.scaleHint")}</p>
      <ol className="stack tight">
        {steps.map((step, place) => (
          <li key={place} className="choice-line">
            <div className="columns grow">
              <Field
                label={t("book.least")}
                type="number"
                min={0}
                max={100}
                step="any"
                dir="ltr"
                value={step.least}
                onChange={(event) => onChange(replaced(steps, place, { least: event.target.value }))}
              />
              <Field
                label={t("book.grade")}
                dir="auto"
                value={step.grade}
                onChange={(event) => onChange(replaced(steps, place, { grade: event.target.value }))}
              />
            </div>
            <button
              type="button"
              className="icon-button"
              aria-label={t("book.removeStep", { name: step.grade || number(place + 1) })}
              onClick={() => onChange(without(steps, place))}
            >
              <X aria-hidden />
            </button>
          </li>
        ))}
      </ol>
      <button type="button" className="button" onClick={() => onChange([...steps, { least: steps.length === 0 ? "0" : "", grade: "" }])}>
        <Plus aria-hidden /> <span>{t("book.addStep")}</span>
      </button>
    </fieldset>
  );
}
