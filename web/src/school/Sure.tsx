/** Asked before something that cannot be taken back in one press. */

import type { ReactNode } from "react";
import { Dialog } from "../ui/Dialog";
import { FormProblem, Working } from "./parts";
import { useTexts } from "./texts";
import { useSend } from "./useSend";

interface Props {
  title: string;
  /** What the button says that does it. */
  action: string;
  danger?: boolean;
  work(): Promise<void>;
  onClose(): void;
  children: ReactNode;
}

export function Sure({ title, action, danger, work, onClose, children }: Props) {
  const { t } = useTexts();
  const { busy, problem, run } = useSend();
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="stack">
        <p>{children}</p>
        <FormProblem text={problem} />
        <Working busy={busy} />
        <div className="row end">
          <button type="button" className="button" onClick={onClose}>
            {t("class.cancel")}
          </button>
          <button
            type="button"
            className={`button ${danger ? "danger" : "primary"}`}
            disabled={busy}
            onClick={() => run(() => work().then(onClose))}
          >
            {action}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
