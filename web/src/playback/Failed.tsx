/** Something could not be fetched: why, and once more. */

import { RefreshCw } from "lucide-react";
import { useTexts } from "./texts";

export function Failed({ text, again }: { text: string; again(): void }) {
  const { t } = useTexts();
  return (
    <div className="card stack" role="alert">
      <p>{text}</p>
      <button type="button" className="button" onClick={again}>
        <RefreshCw aria-hidden /> {t("playback.again")}
      </button>
    </div>
  );
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
