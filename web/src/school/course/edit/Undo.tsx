/** What was just deleted, with the way back. It stays until it is put away: nobody has to hurry. */

import { Undo2, X } from "lucide-react";
import { useEffect, useId, useRef } from "react";
import { FormProblem } from "../../parts";
import { useTexts } from "../../texts";
import { useSend } from "../../useSend";

interface Props {
  title: string;
  undo(): Promise<void>;
  onClose(): void;
}

export function Undo({ title, undo, onClose }: Props) {
  const { t } = useTexts();
  const { busy, problem, run } = useSend();
  const button = useRef<HTMLButtonElement>(null);
  const words = useId();
  // The button that deleted is gone with what it deleted: the focus goes on here.
  useEffect(() => button.current?.focus(), []);
  return (
    <div className="undo">
      <p id={words} role="status">
        {t("deleted.done", { title })}
      </p>
      <FormProblem text={problem} />
      <div className="row nowrap">
        <button
          ref={button}
          type="button"
          className="button"
          aria-describedby={words}
          aria-disabled={busy}
          onClick={() => !busy && run(undo)}
        >
          <Undo2 aria-hidden className="flip" /> <span>{t("deleted.undo")}</span>
        </button>
        <button type="button" className="icon-button" aria-label={t("deleted.away")} onClick={onClose}>
          <X aria-hidden />
        </button>
      </div>
    </div>
  );
}
