/** Asked before something that cannot be taken back in one press. */

import type { ReactNode } from "react";
import { Dialog } from "../ui/Dialog";
import { DialogEnd } from "./parts";
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
  const { busy, problem, run } = useSend();
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="stack">
        <p>{children}</p>
        <DialogEnd
          busy={busy}
          problem={problem}
          action={action}
          danger={danger}
          onClose={onClose}
          onDo={() => run(() => work().then(onClose))}
        />
      </div>
    </Dialog>
  );
}
