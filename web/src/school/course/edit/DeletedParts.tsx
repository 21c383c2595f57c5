/** What was deleted in a course and is still kept: closed until somebody looks for it. */

import { Undo2 } from "lucide-react";
import { FormProblem, Working } from "../../parts";
import type { Module } from "../../shapes";
import { useTexts } from "../../texts";
import { useSend } from "../../useSend";
import type { Deleted, Lost } from "./deleted";
import { newestFirst } from "./deleted";

interface Props {
  deleted: Deleted[];
  modules: Module[];
  restore(thing: Lost): Promise<void>;
}

export function DeletedParts({ deleted, modules, restore }: Props) {
  const { t, number } = useTexts();
  if (deleted.length === 0) return null;
  return (
    <details className="card deleted">
      <summary>
        <h2>{t("deleted.title")}</h2> <span className="count">{number(deleted.length)}</span>
      </summary>
      <div className="stack tight">
        <p className="quiet small">{t("deleted.hint")}</p>
        <ul className="order">
          {newestFirst(deleted).map((one) => (
            <li key={one.id} className="order-line part-line">
              <Line one={one} module={modules.find(({ id }) => id === one.module_id)} restore={restore} />
            </li>
          ))}
        </ul>
      </div>
    </details>
  );
}

function Line({ one, module, restore }: { one: Deleted; module: Module | undefined; restore(thing: Lost): Promise<void> }) {
  const { t, moment } = useTexts();
  const { busy, problem, run } = useSend();
  const { kind, title } = one;
  const facts = [
    t(`part.${kind}`),
    ...(module === undefined ? [] : [t("deleted.from", { title: module.title })]),
    ...(one.pages === 0 ? [] : [t("deleted.pages", { count: one.pages })]),
    t("deleted.until", { time: moment(one.kept_until) }),
  ];
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
        onClick={() => !busy && run(() => restore(one))}
      >
        <Undo2 aria-hidden className="flip" /> <span>{t("deleted.restore")}</span>
      </button>
      <FormProblem text={problem} />
      <Working busy={busy} />
    </>
  );
}
