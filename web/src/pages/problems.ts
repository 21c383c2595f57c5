import type { I18n } from "../i18n/i18n";
import { Problem } from "../room/tickets";

/** What went wrong with a request, in the person's language; the server's own words when its code is new. */
export function problemWords({ t, has }: I18n, error: unknown): string {
  if (!(error instanceof Problem)) return t("problem.other", { detail: String(error) });
  const key = `problem.${error.code}`;
  return has(key) ? t(key) : t("problem.other", { detail: error.message });
}
