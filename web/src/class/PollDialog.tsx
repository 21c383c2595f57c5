/** Asking the class: a question, two to twenty answers, how many may be chosen, whether the tally shows at once. */

import { Plus, X } from "lucide-react";
import type { SyntheticEvent } from "react";
import { useId, useState } from "react";
import { useI18n } from "../i18n/provider";
import { Dialog } from "../ui/Dialog";
import { refusalWords, useRoom } from "./room";

const MOST_CHOICES = 20;
const LONGEST = 500;

export function PollDialog({ onClose }: { onClose(): void }) {
  const { session } = useRoom();
  const i18n = useI18n();
  const { t } = i18n;
  const [question, setQuestion] = useState("");
  const [choices, setChoices] = useState([t("poll.yes"), t("poll.no")]);
  const [many, setMany] = useState(false);
  const [live, setLive] = useState(true);
  const [problem, setProblem] = useState("");
  const questionId = useId();

  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const filled = choices.map((choice) => choice.trim()).filter(Boolean);
    if (question.trim() === "") return setProblem(t("poll.questionMissing"));
    if (filled.length < 2) return setProblem(t("poll.choicesMissing"));
    session.ask(["open-poll", question.trim(), filled, many, live]).then(onClose, (error: unknown) => {
      setProblem(refusalWords(i18n, error));
    });
  };
  return (
    <Dialog title={t("poll.new")} onClose={onClose}>
      <form className="stack" onSubmit={submit} noValidate>
        <div className="field">
          <label htmlFor={questionId}>{t("poll.question")}</label>
          <input
            id={questionId}
            dir="auto"
            autoFocus
            maxLength={LONGEST}
            value={question}
            onChange={(event) => setQuestion(event.target.value)}
          />
        </div>
        <fieldset className="field plain">
          <legend>{t("poll.choices")}</legend>
          {choices.map((choice, at) => (
            <div className="row nowrap" key={at}>
              <input
                className="grow"
                dir="auto"
                maxLength={LONGEST}
                aria-label={t("poll.choice", { number: at + 1 })}
                value={choice}
                onChange={(event) => setChoices(choices.with(at, event.target.value))}
              />
              {choices.length > 2 && (
                <button
                  type="button"
                  className="icon-button"
                  aria-label={t("poll.removeChoice", { number: at + 1 })}
                  onClick={() => setChoices(choices.filter((_, other) => other !== at))}
                >
                  <X aria-hidden />
                </button>
              )}
            </div>
          ))}
          {choices.length < MOST_CHOICES && (
            <button type="button" className="text-button" onClick={() => setChoices([...choices, ""])}>
              <Plus aria-hidden /> {t("poll.addChoice")}
            </button>
          )}
        </fieldset>
        <label className="check">
          <input type="checkbox" checked={many} onChange={(event) => setMany(event.target.checked)} />
          {t("poll.many")}
        </label>
        <label className="check">
          <input type="checkbox" checked={live} onChange={(event) => setLive(event.target.checked)} />
          {t("poll.live")}
        </label>
        {problem !== "" && (
          <p className="field-error" role="alert">
            {problem}
          </p>
        )}
        <div className="row end">
          <button type="button" className="button" onClick={onClose}>
            {t("class.cancel")}
          </button>
          <button type="submit" className="button primary">
            {t("poll.ask")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
