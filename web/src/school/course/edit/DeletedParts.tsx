/** Modules, pages and files of a course that were deleted, and the way back. */

import { Deleted } from "../../Deleted";
import type { Module } from "../../shapes";
import { useTexts } from "../../texts";
import type { DeletedPart, Lost } from "./deleted";
import { newestFirst } from "./deleted";

interface Props {
  deleted: DeletedPart[];
  modules: Module[];
  restore(thing: Lost): Promise<void>;
}

export function DeletedParts({ deleted, modules, restore }: Props) {
  const { t, moment } = useTexts();
  const facts = (one: DeletedPart): string[] => {
    const module = modules.find(({ id }) => id === one.module_id);
    return [
      t(`part.${one.kind}`),
      ...(module === undefined ? [] : [t("deleted.from", { title: module.title })]),
      ...(one.pages === 0 ? [] : [t("deleted.pages", { count: one.pages })]),
      t("deleted.until", { time: moment(one.kept_until) }),
    ];
  };
  const gone = newestFirst(deleted).map((one) => ({ ...one, facts: facts(one), restore: () => restore(one) }));
  return <Deleted hint={t("deleted.hint")} gone={gone} />;
}
