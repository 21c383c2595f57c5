/** A quiz being taken: the questions, what is saved of the answers, the time left, and handing in. */

import { CircleAlert, CloudCheck, CloudOff, LoaderCircle, Timer } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { go } from "../../pages/routes";
import { useAnnounce } from "../../ui/Announcer";
import { Dialog } from "../../ui/Dialog";
import { useStore } from "../../ui/useStore";
import type { Here } from "../course/here";
import { FormProblem, Heading, Ready, Trouble } from "../parts";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { useSend } from "../useSend";
import { attemptOf, quizOf, saveAnswers, submitAttempt } from "./api";
import { isAnswered } from "./autosave";
import { Autosaver } from "./autosaver";
import { clockOf, parts, passed, remaining, stopwatch } from "./clock";
import { QuestionView } from "./Question";
import type { Attempt, QuizHead } from "./shapes";

export function TakeQuiz({ here, id }: { here: Here; id: string }) {
  const { loaded, again } = useLoaded(`attempt ${id}`, async () => {
    const attempt = await attemptOf(id);
    return { attempt, quiz: await quizOf(attempt.quiz_id) };
  });
  const over = loaded.kind === "ready" && loaded.value.attempt.status !== "running";
  useEffect(() => {
    if (over) go(`/courses/${here.course.id}/results/${id}`);
  }, [over, here, id]);
  return (
    <Ready of={loaded} again={again}>
      {({ attempt, quiz }) => (over ? null : <Sheet here={here} attempt={attempt} quiz={quiz} />)}
    </Ready>
  );
}

function Sheet({ here, attempt, quiz }: { here: Here; attempt: Attempt; quiz: QuizHead }) {
  const { t } = useTexts();
  const saver = useMemo(
    () =>
      new Autosaver(attempt, {
        save: (changes) => saveAnswers(attempt.id, changes),
        reload: () => attemptOf(attempt.id),
      }),
    [attempt],
  );
  useEffect(() => {
    saver.start();
    return () => saver.stop();
  }, [saver]);
  const { newest } = useStore(saver.answers);
  const refusal = useStore(saver.refusal);
  const [asking, setAsking] = useState(false);
  const left = attempt.questions.filter(({ item }) => !isAnswered(newest[item]?.response)).length;
  const showResult = (): void => go(`/courses/${here.course.id}/results/${attempt.id}`);
  const handIn = async (): Promise<void> => {
    await saver.flush();
    await submitAttempt(attempt.id);
    saver.forget();
  };
  /** The server ends an attempt by itself too; what it did not get in time stays on this device. */
  const over = (): void => void handIn().catch(() => saver.stop()).finally(showResult);
  return (
    <article className="stack reading">
      <Heading title={quiz.title}>
        <span dir="auto">{quiz.title}</span>
      </Heading>
      <div className="quiz-bar">
        <SavingState saver={saver} />
        <TimeLeft saver={saver} onOver={over} />
      </div>
      {refusal !== null && <Trouble error={refusal} />}
      {attempt.questions.map((question, place) => (
        <QuestionView
          key={question.item}
          number={place + 1}
          question={question}
          response={newest[question.item]?.response ?? null}
          onChange={(response) => saver.answer(question.item, response)}
        />
      ))}
      <div className="row end">
        <p className="quiet grow" role="status">
          {left === 0 ? t("quiz.allAnswered") : t("quiz.leftOver", { count: left })}
        </p>
        <button type="button" className="button primary large" onClick={() => setAsking(true)}>
          {t("quiz.handIn")}
        </button>
      </div>
      {asking && <HandIn left={left} onHandIn={() => handIn().then(showResult)} onClose={() => setAsking(false)} />}
    </article>
  );
}

const ICONS = { saved: CloudCheck, saving: LoaderCircle, offline: CloudOff, refused: CircleAlert } as const;

/** Said aloud when it changes for worse, and when it is well again; not with every letter. */
function SavingState({ saver }: { saver: Autosaver }) {
  const { t } = useTexts();
  const saving = useStore(saver.saving);
  const announce = useAnnounce();
  const before = useRef(saving);
  useEffect(() => {
    const was = before.current;
    if (saving === "offline" && was !== "offline") announce(t("quiz.offline"));
    if (saving === "saved" && was === "offline") announce(t("quiz.saved"));
    if (saving !== "saving") before.current = saving;
  }, [saving, announce, t]);
  const Icon = ICONS[saving];
  return (
    <p className={`quiz-saving ${saving}`} data-testid="saving" data-saving={saving}>
      <Icon aria-hidden /> <span>{t(`quiz.${saving}`)}</span>
    </p>
  );
}

const TICK_MS = 250;

function TimeLeft({ saver, onOver }: { saver: Autosaver; onOver(): void }) {
  const { t, lang } = useTexts();
  const announce = useAnnounce();
  const { ends_at, now, heard } = useStore(saver.time);
  const clock = useMemo(() => clockOf(ends_at, now, heard), [ends_at, now, heard]);
  const [left, setLeft] = useState(() => remaining(clock, Date.now()));
  const before = useRef(left);
  const ended = useRef(false);
  const endsBefore = useRef(ends_at);
  useEffect(() => {
    if (ends_at !== null && endsBefore.current !== null && Date.parse(ends_at) > Date.parse(endsBefore.current)) {
      announce(t("quiz.extended"));
    }
    endsBefore.current = ends_at;
  }, [ends_at, announce, t]);
  useEffect(() => {
    const tick = (): void => {
      const next = remaining(clock, Date.now());
      const mark = before.current === null || next === null ? null : passed(before.current, next);
      if (mark !== null) announce(timeWords(t, mark * 1000));
      before.current = next;
      setLeft(next);
      if (next === 0 && !ended.current) {
        ended.current = true;
        announce(t("quiz.timeUp"));
        onOver();
      }
    };
    const timer = setInterval(tick, TICK_MS);
    return () => clearInterval(timer);
  }, [clock, announce, t, onOver]);
  if (left === null) return null;
  const shown = stopwatch(left, (value, digits) =>
    new Intl.NumberFormat(lang, { minimumIntegerDigits: digits, useGrouping: false }).format(value),
  );
  return (
    <p className={left < 60_000 ? "time-left soon" : "time-left"} role="timer" aria-label={timeWords(t, left)}>
      <Timer aria-hidden /> <span dir="ltr">{shown}</span>
    </p>
  );
}

function timeWords(t: ReturnType<typeof useTexts>["t"], ms: number): string {
  const [hours, minutes, seconds] = parts(ms);
  if (hours > 0) return t("quiz.hoursLeft", { count: hours, minutes });
  return minutes > 0 ? t("quiz.minutesLeft", { count: minutes }) : t("quiz.secondsLeft", { count: seconds });
}

interface HandInProps {
  left: number;
  onHandIn(): Promise<void>;
  onClose(): void;
}

/** Everything is saved first; what cannot be sent keeps the attempt open and says why. */
function HandIn({ left, onHandIn, onClose }: HandInProps) {
  const { t } = useTexts();
  const { busy, problem, run } = useSend();
  return (
    <Dialog title={t("quiz.handInSure")} onClose={onClose}>
      <div className="stack">
        <p>{left === 0 ? t("quiz.allAnswered") : t("quiz.leftOver", { count: left })}</p>
        <p className="quiet">{t("quiz.handInHint")}</p>
        <FormProblem text={problem} />
        <div className="row end">
          <button type="button" className="button" onClick={onClose}>
            {t("quiz.back")}
          </button>
          <button type="button" className="button primary" disabled={busy} onClick={() => run(onHandIn)}>
            {t("quiz.handIn")}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
