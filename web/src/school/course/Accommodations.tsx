/** What one student gets beside the others: more time, later ends, more attempts; for one quiz or all of the course. */

import { X } from "lucide-react";
import type { SyntheticEvent } from "react";
import { useState } from "react";
import { Dialog } from "../../ui/Dialog";
import { useToast } from "../../ui/Toasts";
import { send } from "../api";
import { Field, FormEnd, FormProblem, Select } from "../parts";
import { quizzesOf } from "../quiz/api";
import type { QuizHead } from "../quiz/shapes";
import type { Enrolment } from "../shapes";
import type { SchoolTexts } from "../texts";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { useSend } from "../useSend";

export interface Accommodation {
  id: string;
  person_id: string;
  /** Null: for every quiz that has none of its own. */
  quiz_id: string | null;
  /** Percent. */
  extra_time: number;
  later_minutes: number;
  extra_attempts: number;
}

const LIMITS = { time: 400, later: 1_000_000, attempts: 100 };

/** "half as much time again, a day later": what is given, in words. */
export function accommodationWords({ t, lang, percent, number }: SchoolTexts, one: Accommodation): string {
  const parts = [
    ...(one.extra_time > 0 ? [t("extra.time", { share: percent(one.extra_time / 100) })] : []),
    ...(one.later_minutes > 0 ? [t("extra.later", { count: one.later_minutes, minutes: number(one.later_minutes) })] : []),
    ...(one.extra_attempts > 0 ? [t("extra.attempts", { count: one.extra_attempts })] : []),
  ];
  return parts.length === 0 ? t("extra.none") : new Intl.ListFormat(lang).format(parts);
}

interface Props {
  course: string;
  person: Enrolment;
  given: Accommodation[];
  again(): void;
  onClose(): void;
}

export function AccommodationsDialog({ course, person, given, again, onClose }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const { loaded } = useLoaded(`quizzes ${course}`, () => quizzesOf(course));
  const quizzes = loaded.kind === "ready" ? loaded.value : [];
  const { busy, problem, run } = useSend();
  const title = (id: string | null): string =>
    id === null ? t("extra.everyQuiz") : (quizzes.find((one) => one.id === id)?.title ?? "…");
  const remove = (one: Accommodation): void =>
    run(() => send("DELETE", `/courses/${course}/accommodations/${one.id}`).then(again));
  return (
    <Dialog title={t("extra.title", { name: person.name })} onClose={onClose}>
      <div className="stack">
        {given.length > 0 && (
          <ul className="stack tight">
            {given.map((one) => (
              <li key={one.id} className="order-line">
                <span className="grow">
                  <bdi>{title(one.quiz_id)}</bdi>
                  <span className="quiet small block">{accommodationWords(texts, one)}</span>
                </span>
                <button
                  type="button"
                  className="icon-button"
                  aria-label={t("extra.remove", { title: title(one.quiz_id) })}
                  disabled={busy}
                  onClick={() => remove(one)}
                >
                  <X aria-hidden />
                </button>
              </li>
            ))}
          </ul>
        )}
        <FormProblem text={problem} />
        <Give course={course} person={person} quizzes={quizzes} given={given} again={again} onClose={onClose} />
      </div>
    </Dialog>
  );
}

function Give({ course, person, quizzes, given, again, onClose }: Props & { quizzes: QuizHead[] }) {
  const { t } = useTexts();
  const toast = useToast();
  const [quiz, setQuiz] = useState("");
  const known = given.find(({ quiz_id }) => (quiz_id ?? "") === quiz);
  return (
    <>
      <Select label={t("extra.for")} value={quiz} onChange={(event) => setQuiz(event.target.value)}>
        <option value="">{t("extra.everyQuiz")}</option>
        {quizzes.map(({ id, title }) => (
          <option key={id} value={id} dir="auto">
            {title}
          </option>
        ))}
      </Select>
      <Amounts
        key={`${quiz} ${known?.id ?? ""}`}
        known={known}
        onGive={async (amounts) => {
          const body = { quiz_id: quiz === "" ? null : quiz, ...amounts };
          await send("PUT", `/courses/${course}/accommodations/${person.person_id}`, body);
          toast(t("item.kept"));
          again();
          onClose();
        }}
      />
    </>
  );
}

type Amount = Pick<Accommodation, "extra_time" | "later_minutes" | "extra_attempts">;

function Amounts({ known, onGive }: { known: Accommodation | undefined; onGive(amounts: Amount): Promise<void> }) {
  const { t } = useTexts();
  const [time, setTime] = useState(String(known?.extra_time ?? 50));
  const [later, setLater] = useState(String(known?.later_minutes ?? 0));
  const [attempts, setAttempts] = useState(String(known?.extra_attempts ?? 0));
  const { busy, problem, say, run } = useSend();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const amounts = { extra_time: Number(time), later_minutes: Number(later), extra_attempts: Number(attempts) };
    const fits = (value: number, most: number): boolean => Number.isInteger(value) && value >= 0 && value <= most;
    const right = fits(amounts.extra_time, LIMITS.time) && fits(amounts.later_minutes, LIMITS.later) && fits(amounts.extra_attempts, LIMITS.attempts);
    if (!right) return say(t("extra.bad"));
    run(() => onGive(amounts));
  };
  const field = (label: string, most: number, value: string, set: (value: string) => void) => (
    <Field label={label} type="number" min={0} max={most} dir="ltr" value={value} onChange={(event) => set(event.target.value)} />
  );
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <div className="columns">
        {field(t("extra.timeField"), LIMITS.time, time, setTime)}
        {field(t("extra.laterField"), LIMITS.later, later, setLater)}
        {field(t("extra.attemptsField"), LIMITS.attempts, attempts, setAttempts)}
      </div>
      <p className="quiet small">{t("extra.hint")}</p>
      <FormEnd busy={busy} problem={problem} action={t("item.keep")} />
    </form>
  );
}
