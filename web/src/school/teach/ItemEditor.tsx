/** One question being written: its kind, its words, its key, and how students will see it. */

import type { SyntheticEvent } from "react";
import { useState } from "react";
import { go } from "../../pages/routes";
import { useToast } from "../../ui/Toasts";
import { get, send } from "../api";
import type { Here } from "../course/here";
import { Area, Field, FormProblem, Go, Heading, Ready, Select } from "../parts";
import { QuestionView } from "../quiz/Question";
import type { Kind, Response } from "../quiz/shapes";
import { KINDS } from "../quiz/shapes";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import { useSend } from "../useSend";
import type { Draft } from "./content";
import { BLANK, fromContent, previewOf, problemOf, toContent } from "./content";
import type { ItemShown } from "./ItemBank";
import { ItemVersions } from "./ItemVersions";
import { KeyFields } from "./KeyFields";

export function ItemEditor({ here, id }: { here: Here; id: string }) {
  const base = `/courses/${here.course.id}/items`;
  const { loaded, again } = useLoaded(`item ${id}`, async () => (id === "new" ? null : get<ItemShown>(`${base}/${id}`)));
  return (
    <Ready of={loaded} again={again}>
      {(item) => <Editor key={item?.version ?? 0} base={base} item={item} again={again} />}
    </Ready>
  );
}

function Editor({ base, item, again }: { base: string; item: ItemShown | null; again(): void }) {
  const { t } = useTexts();
  const toast = useToast();
  const [draft, setDraft] = useState<Draft>(() => (item === null ? BLANK : fromContent(item.content)));
  const [tags, setTags] = useState(item?.tags.join(", ") ?? "");
  const { busy, problem, say, run } = useSend();
  const set = (change: Partial<Draft>): void => setDraft((now) => ({ ...now, ...change }));
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const missing = problemOf(draft);
    if (missing !== null) return say(t(`item.missing.${missing}`));
    const body = { content: toContent(draft), tags: tags.split(",").map((one) => one.trim()).filter(Boolean) };
    run(async () => {
      if (item === null) await send("POST", base, body);
      else await send("PATCH", `${base}/${item.id}`, body, item.version);
      toast(t("item.kept"));
      go(base);
    });
  };
  const title = t(item === null ? "item.new" : "item.edit");
  return (
    <div className="stack">
      <Go to={base} className="text-button">
        {t("item.all")}
      </Go>
      <Heading title={title}>{title}</Heading>
      <div className="editor">
        <form className="stack" onSubmit={submit} noValidate>
          <Select label={t("item.kind")} value={draft.kind} onChange={(event) => set({ kind: event.target.value as Kind })}>
            {KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {t(`kind.${kind}`)}
              </option>
            ))}
          </Select>
          <Field
            label={t("item.title")}
            hint={t("item.titleHint")}
            dir="auto"
            value={draft.title}
            onChange={(event) => set({ title: event.target.value })}
          />
          <Area
            label={t("item.prompt")}
            rows={4}
            value={draft.prompt}
            onChange={(event) => set({ prompt: event.target.value })}
          />
          <KeyFields draft={draft} set={set} />
          <div className="columns">
            <Field
              label={t("item.points")}
              type="number"
              min={0}
              step="any"
              dir="ltr"
              value={draft.points}
              onChange={(event) => set({ points: event.target.value })}
            />
            <Field
              label={t("item.skills")}
              hint={t("item.commas")}
              dir="auto"
              value={draft.skills}
              onChange={(event) => set({ skills: event.target.value })}
            />
            <Field
              label={t("item.tags")}
              hint={t("item.commas")}
              dir="auto"
              value={tags}
              onChange={(event) => setTags(event.target.value)}
            />
          </div>
          <Area label={t("item.right")} rows={2} value={draft.right} onChange={(event) => set({ right: event.target.value })} />
          <Area label={t("item.wrong")} rows={2} value={draft.wrong} onChange={(event) => set({ wrong: event.target.value })} />
          <FormProblem text={problem} />
          <div className="row end">
            <Go to={base} className="button">
              {t("class.cancel")}
            </Go>
            <button type="submit" className="button primary" disabled={busy}>
              {t("item.keep")}
            </button>
          </div>
        </form>
        <Preview draft={draft} />
      </div>
      {item !== null && item.version > 1 && <ItemVersions base={base} item={item} onBack={again} />}
    </div>
  );
}

function Preview({ draft }: { draft: Draft }) {
  const { t } = useTexts();
  const [answer, setAnswer] = useState<{ kind: Kind; response: Response | null }>({ kind: draft.kind, response: null });
  const response = answer.kind === draft.kind ? answer.response : null;
  return (
    <aside className="preview stack tight" aria-label={t("item.preview")}>
      <p className="quiet small">{t("item.preview")}</p>
      <QuestionView
        number={1}
        question={previewOf(draft)}
        response={response}
        onChange={(next) => setAnswer({ kind: draft.kind, response: next })}
      />
    </aside>
  );
}
