/** What was deleted and is still kept: closed until somebody looks for it. */

import { Undo2 } from "lucide-react";
import { FormProblem, Working } from "./parts";
import { useTexts } from "./texts";
import { useSend } from "./useSend";

export interface Gone {
  id: string;
  title: string;
  /** What is said of it, beside its title. */
  facts: string[];
  restore(): Promise<void>;
}

/** `gone`: what was deleted last, first. Nothing is shown where nothing was deleted. */
export function Deleted({ hint, gone }: { hint: string; gone: Gone[] }) {
  const { t, number } = useTexts();
  if (gone.length === 0) return null;
  return (
    <details className="card deleted">
      <summary>
        <h2>{t("deleted.title")}</h2> <span className="count">{number(gone.length)}</span>
      </summary>
      <div className="stack tight">
        <p className="quiet small">{hint}</p>
        <ul className="order">
          {gone.map((one) => (
            <li key={one.id} className="order-line part-line">
              <Line one={one} />
            </li>
          ))}
        </ul>
      </div>
    </details>
  );
}

function Line({ one }: { one: Gone }) {
  const { t } = useTexts();
  const { busy, problem, run } = useSend();
  const { title, facts, restore } = one;
  return (
    <>
      <span className="grow">
        <bdi className="block">{title}</bdi>
        <span className="quiet small block">{facts.join(" · ")}</span>
      </span>
      <button
        type="button"
        className="button small-button"
        aria-label={t("deleted.restoreOf", { title })}
        aria-disabled={busy}
        onClick={() => !busy && run(restore)}
      >
        <Undo2 aria-hidden className="flip" /> <span>{t("deleted.restore")}</span>
      </button>
      <FormProblem text={problem} />
      <Working busy={busy} />
    </>
  );
}
