/** A module being written: its title, what it is about, when it opens, and what comes before it. */

import type { SyntheticEvent } from "react";
import { useState } from "react";
import { Dialog } from "../../../ui/Dialog";
import { send } from "../../api";
import { Area, Check, DialogEnd, Field } from "../../parts";
import type { Module, Requirement } from "../../shapes";
import { instant, localInput } from "../../teach/settings";
import { useTexts } from "../../texts";
import { useSend } from "../../useSend";

interface Props {
  /** The course's path. */
  base: string;
  /** Null: a new one. */
  module: Module | null;
  others: Module[];
  requirements: Requirement[];
  onDone(): void;
  onClose(): void;
}

export function ModuleDialog({ base, module, others, requirements, onDone, onClose }: Props) {
  const { t } = useTexts();
  const known = requirements.filter((one) => one.module_id === module?.id).map((one) => one.requires_id);
  const [title, setTitle] = useState(module?.title ?? "");
  const [summary, setSummary] = useState(module?.summary ?? "");
  const [opens, setOpens] = useState(localInput(module?.opens_at ?? null));
  const [wanted, setWanted] = useState<readonly string[]>(known);
  const { busy, problem, say, run } = useSend();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (title.trim() === "") return say(t("courses.titleMissing"));
    const body = { title: title.trim(), summary, opens_at: instant(opens) };
    run(async () => {
      // What can be refused (a circle) comes first, so that a refusal leaves nothing half done.
      if (module !== null) await require(`${base}/modules/${module.id}/prerequisites`, known, wanted);
      const kept =
        module === null
          ? await send<Module>("POST", `${base}/modules`, body)
          : await send<Module>("PATCH", `${base}/modules/${module.id}`, body, module.version);
      if (module === null) await require(`${base}/modules/${kept.id}/prerequisites`, [], wanted);
      onDone();
      onClose();
    });
  };
  const heading = t(module === null ? "write.newModule" : "build.edit");
  return (
    <Dialog title={heading} onClose={onClose}>
      <form className="stack" onSubmit={submit} noValidate>
        <Field label={t("courses.title")} dir="auto" value={title} onChange={(event) => setTitle(event.target.value)} />
        <Area label={t("courses.summary")} rows={2} value={summary} onChange={(event) => setSummary(event.target.value)} />
        <Field
          label={t("build.opens")}
          hint={t("write.opensHint")}
          type="datetime-local"
          dir="ltr"
          value={opens}
          onChange={(event) => setOpens(event.target.value)}
        />
        {others.some(({ id }) => id !== module?.id) && (
          <fieldset className="field plain">
            <legend>{t("write.first")}</legend>
            {others
              .filter(({ id }) => id !== module?.id)
              .map((one) => (
                <Check
                  key={one.id}
                  label={<bdi>{one.title}</bdi>}
                  checked={wanted.includes(one.id)}
                  onChange={(on) => setWanted((now) => (on ? [...now, one.id] : now.filter((id) => id !== one.id)))}
                />
              ))}
          </fieldset>
        )}
        <DialogEnd busy={busy} problem={problem} action={t("item.keep")} onClose={onClose} />
      </form>
    </Dialog>
  );
}

/** From what a module required to what it shall require. */
async function require(path: string, known: readonly string[], wanted: readonly string[]): Promise<void> {
  for (const id of wanted.filter((one) => !known.includes(one))) await send("PUT", `${path}/${id}`);
  for (const id of known.filter((one) => !wanted.includes(one))) await send("DELETE", `${path}/${id}`);
}
