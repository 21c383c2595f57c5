/** What staff do with a quiz that runs: let its results out, and grade it again when a key was mended. */

import { ChartColumn, RotateCcw, Send } from "lucide-react";
import { useState } from "react";
import { Dialog } from "../../ui/Dialog";
import { useToast } from "../../ui/Toasts";
import { get, send } from "../api";
import type { Here } from "../course/here";
import { DialogEnd, Go, Ready, Working } from "../parts";
import { Sure } from "../Sure";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { useSend } from "../useSend";
import type { QuizHead, RegradePreview } from "./shapes";

interface Props {
  here: Here;
  quiz: QuizHead;
  /** The quiz is to be loaded again. */
  again(): void;
  /** Its attempts are being graded again. */
  onRegraded(): void;
}

export function ManageQuiz({ here, quiz, again, onRegraded }: Props) {
  const { t, moment } = useTexts();
  const toast = useToast();
  const [open, setOpen] = useState<"release" | "regrade" | null>(null);
  const close = (): void => setOpen(null);
  if (quiz.status === "draft") return null;
  const release = async (): Promise<void> => {
    await send("POST", `/quizzes/${quiz.id}/release`);
    toast(t("regrade.released"));
    again();
  };
  const waits = quiz.release === "released" && quiz.released_at === null;
  return (
    <section className="stack tight">
      {quiz.released_at !== null && <p className="quiet small">{t("regrade.releasedAt", { time: moment(quiz.released_at) })}</p>}
      <div className="row">
        {waits && (
          <button type="button" className="button primary" onClick={() => setOpen("release")}>
            <Send aria-hidden className="flip" /> <span>{t("regrade.release")}</span>
          </button>
        )}
        <button type="button" className="button" onClick={() => setOpen("regrade")}>
          <RotateCcw aria-hidden /> <span>{t("regrade.open")}</span>
        </button>
        <Go to={`/courses/${here.course.id}/quizzes/${quiz.id}/analysis`} className="button">
          <ChartColumn aria-hidden /> <span>{t("analysis.open")}</span>
        </Go>
      </div>
      {open === "release" && (
        <Sure title={t("regrade.release")} action={t("regrade.release")} work={release} onClose={close}>
          {t("regrade.releaseSure")}
        </Sure>
      )}
      {open === "regrade" && <Regrade here={here} quiz={quiz} onClose={close} onDone={onRegraded} />}
    </section>
  );
}

interface RegradeProps {
  here: Here;
  quiz: QuizHead;
  onClose(): void;
  onDone(): void;
}

/** First what would change, then the change. */
function Regrade({ here, quiz, onClose, onDone }: RegradeProps) {
  const { t } = useTexts();
  const toast = useToast();
  const path = `/quizzes/${quiz.id}/regrade`;
  const { loaded, again } = useLoaded(path, () => get<RegradePreview>(path));
  const { busy, problem, run } = useSend();
  const regrade = (): void =>
    run(async () => {
      const { attempts } = await send<{ attempts: number }>("POST", path);
      toast(t("regrade.started", { count: attempts }));
      onDone();
      onClose();
    });
  return (
    <Dialog title={t("regrade.title")} onClose={onClose}>
      <div className="stack">
        <Working busy={loaded.kind === "loading"} />
        <Ready of={loaded} again={again}>
          {(preview) => (
            <>
              <Preview here={here} preview={preview} />
              <DialogEnd busy={busy} problem={problem} action={t("regrade.do")} onClose={onClose} onDo={regrade} />
            </>
          )}
        </Ready>
      </div>
    </Dialog>
  );
}

function Preview({ here, preview }: { here: Here; preview: RegradePreview }) {
  const { t, number } = useTexts();
  const { questions, attempts, changed, higher, lower } = preview;
  return (
    <div className="stack tight" role="status">
      {questions.length === 0 ? (
        <p>{t("regrade.noNewer")}</p>
      ) : (
        <>
          <p>{t("regrade.newer")}</p>
          <ul className="stack tight">
            {questions.map(({ item_id, title, used, newest }) => (
              <li key={item_id} className="row spread">
                <Go to={`/courses/${here.course.id}/items/${item_id}`} className="text-link">
                  <bdi>{title || t("regrade.untitled")}</bdi>
                </Go>
                <span className="quiet small">{t("regrade.versions", { used: number(used), newest: number(newest) })}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <p className="score">{t("regrade.changed", { count: changed, attempts: number(attempts) })}</p>
      {changed > 0 && <p>{t("regrade.moves", { higher: number(higher), lower: number(lower) })}</p>}
      <p className="quiet small">{t("regrade.wayBack")}</p>
    </div>
  );
}
