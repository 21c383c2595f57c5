/** A form's way to the server: busy while it is on its way; what was typed stays, and the reason is shown. */

import { useState } from "react";
import { useTexts } from "./texts";

export function useSend(): { busy: boolean; problem: string; say(text: string): void; run(work: () => Promise<void>): void } {
  const texts = useTexts();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const run = (work: () => Promise<void>): void => {
    setBusy(true);
    setProblem("");
    work()
      .catch((error: unknown) => setProblem(texts.problem(error)))
      .finally(() => setBusy(false));
  };
  return { busy, problem, say: setProblem, run };
}
