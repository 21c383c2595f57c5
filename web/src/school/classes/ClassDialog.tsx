/** A class being planned: when it meets, and how often. */

import type { SyntheticEvent } from "react";
import { useState } from "react";
import { Dialog } from "../../ui/Dialog";
import { get, send } from "../api";
import { Check, DialogEnd, Field, Ready, Select } from "../parts";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { useSend } from "../useSend";
import type { ClassForm, ClassSettings } from "./form";
import { classProblem, fromClass, newClass, toClass } from "./form";

interface Props {
  course: string;
  /** Null: a new one. */
  id: string | null;
  onDone(): void;
  onClose(): void;
}

export function ClassDialog(props: Props) {
  const { t } = useTexts();
  const { loaded, again } = useLoaded(`plan ${props.id}`, async () =>
    props.id === null ? null : get<ClassSettings>(`/classes/${props.id}`),
  );
  return (
    <Dialog title={t(props.id === null ? "plan.new" : "build.edit")} onClose={props.onClose}>
      <Ready of={loaded} again={again}>
        {(known) => <Editor {...props} known={known} />}
      </Ready>
    </Dialog>
  );
}

function Editor({ course, known, onDone, onClose }: Props & { known: ClassSettings | null }) {
  const { t } = useTexts();
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [form, setForm] = useState<ClassForm>(() => (known === null ? newClass(here) : fromClass(known)));
  const set = (change: Partial<ClassForm>): void => setForm((now) => ({ ...now, ...change }));
  const { busy, problem, say, run } = useSend();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const wrong = classProblem(form);
    if (wrong !== null) return say(t(`plan.wrong.${wrong}`));
    run(async () => {
      const body = toClass(form, known);
      if (known === null) await send("POST", `/courses/${course}/classes`, body);
      else await send("PATCH", `/classes/${known.id}`, body, known.version);
      onDone();
      onClose();
    });
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <Field label={t("courses.title")} dir="auto" value={form.title} onChange={(event) => set({ title: event.target.value })} />
      <div className="columns">
        <Field
          label={t("plan.starts")}
          type="datetime-local"
          dir="ltr"
          value={form.starts}
          onChange={(event) => set({ starts: event.target.value })}
        />
        <Field
          label={t("plan.minutes")}
          type="number"
          min={1}
          max={1440}
          dir="ltr"
          value={form.minutes}
          onChange={(event) => set({ minutes: event.target.value })}
        />
      </div>
      <Select label={t("plan.zone")} dir="ltr" value={form.zone} onChange={(event) => set({ zone: event.target.value })}>
        {zones(form.zone).map((zone) => (
          <option key={zone} value={zone} dir="ltr">
            {zone}
          </option>
        ))}
      </Select>
      <div className="columns">
        <Select
          label={t("plan.repeats")}
          value={form.repeats}
          onChange={(event) => set({ repeats: event.target.value as ClassForm["repeats"] })}
        >
          {(["once", "daily", "weekly"] as const).map((one) => (
            <option key={one} value={one}>
              {t(`plan.repeats.${one}`)}
            </option>
          ))}
        </Select>
        {form.repeats !== "once" && (
          <Field
            label={t("plan.until")}
            hint={t("plan.untilHint")}
            type="date"
            dir="ltr"
            value={form.until}
            onChange={(event) => set({ until: event.target.value })}
          />
        )}
      </div>
      {form.repeats === "weekly" && <Weekdays chosen={form.weekdays} onChange={(weekdays) => set({ weekdays })} />}
      <DialogEnd busy={busy} problem={problem} action={t("item.keep")} onClose={onClose} />
    </form>
  );
}

/** The known ones, with the one it has. */
const zones = (own: string): string[] => [...new Set([own, "UTC", ...Intl.supportedValuesOf("timeZone")])].sort();

/** A Monday, to name weekdays by. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

function Weekdays({ chosen, onChange }: { chosen: readonly number[]; onChange(chosen: number[]): void }) {
  const { t, lang } = useTexts();
  const name = new Intl.DateTimeFormat(lang, { weekday: "long", timeZone: "UTC" });
  return (
    <fieldset className="field plain">
      <legend>{t("plan.weekdays")}</legend>
      <div className="columns">
        {[0, 1, 2, 3, 4, 5, 6].map((day) => (
          <Check
            key={day}
            label={name.format(MONDAY + day * DAY_MS)}
            checked={chosen.includes(day)}
            onChange={(on) => onChange(on ? [...chosen, day] : chosen.filter((one) => one !== day))}
          />
        ))}
      </div>
    </fieldset>
  );
}
