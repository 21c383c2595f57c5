/** What lateness costs, with examples of what it comes to. */

import { Field, Select } from "../parts";
import { useTexts } from "../texts";
import type { Late, LateForm } from "./late";
import { keptAfter, toLate } from "./late";

const HOUR = 60;
const DAY = 24 * HOUR;

export function LateFields({ form, onChange }: { form: LateForm; onChange(form: LateForm): void }) {
  const { t } = useTexts();
  const field = (name: Exclude<keyof Late, "per">, most: number, hint?: string) => (
    <Field
      label={t(`late.${name}`)}
      hint={hint}
      type="number"
      min={0}
      max={most}
      dir="ltr"
      value={form[name]}
      onChange={(event) => onChange({ ...form, [name]: event.target.value })}
    />
  );
  return (
    <fieldset className="field plain">
      <legend>{t("late.title")}</legend>
      <div className="columns">
        {field("percent", 100)}
        <Select
          label={t("late.per")}
          value={form.per}
          onChange={(event) => onChange({ ...form, per: event.target.value as Late["per"] })}
        >
          {(["day", "hour", "once"] as const).map((per) => (
            <option key={per} value={per}>
              {t(`late.per.${per}`)}
            </option>
          ))}
        </Select>
        {field("most", 100)}
        {field("free_minutes", 100_000)}
        {field("cutoff_hours", 100_000, t("late.cutoffHint"))}
      </div>
      <Examples late={toLate(form)} />
    </fieldset>
  );
}

function Examples({ late }: { late: Late | null }) {
  const { t, percent } = useTexts();
  const kept = (minutes: number): string => (late === null ? "–" : percent(keptAfter(late, minutes)));
  const values = { hour: kept(HOUR), day: kept(DAY), week: kept(7 * DAY) };
  return (
    <p className="quiet small" role="status">
      {late === null ? t("late.bad") : t("late.examples", values)}
    </p>
  );
}
