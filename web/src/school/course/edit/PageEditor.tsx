/** A page being written, and beside it how it will be read. */

import type { SyntheticEvent } from "react";
import { useRef, useState } from "react";
import { go } from "../../../pages/routes";
import { useToast } from "../../../ui/Toasts";
import { get, send } from "../../api";
import { Area, Field, FormProblem, Go, Heading, Ready, Working } from "../../parts";
import { Prose } from "../../Prose";
import type { PageShown } from "../../shapes";
import { useTexts } from "../../texts";
import { useLoaded } from "../../useLoaded";
import { useSend } from "../../useSend";
import type { Here } from "../here";
import { withoutTitle } from "../PageView";

/** `id`: of a page that is there. `module`: where a new one goes. */
export function PageEditor({ here, id, module }: { here: Here; id?: string; module?: string }) {
  const base = `/courses/${here.course.id}`;
  const { loaded, again } = useLoaded(`write page ${id ?? module}`, async () =>
    id === undefined ? null : get<PageShown>(`${base}/pages/${id}`),
  );
  return (
    <Ready of={loaded} again={again}>
      {(page) => <Editor key={page?.version ?? 0} here={here} page={page} at={`${base}/modules/${module}/pages`} />}
    </Ready>
  );
}

function Editor({ here, page, at }: { here: Here; page: PageShown | null; at: string }) {
  const { t } = useTexts();
  const toast = useToast();
  const [title, setTitle] = useState(page?.title ?? "");
  const [body, setBody] = useState(page?.body ?? "");
  const { busy, problem, say, run } = useSend();
  // A page that was made and then not published is not made twice.
  const made = useRef(page);
  const base = `/courses/${here.course.id}`;
  const back = `${base}/contents/edit`;
  const draft = page?.status !== "published";
  const keep = (publish: boolean): void => {
    if (title.trim() === "") return say(t("courses.titleMissing"));
    const written = { title: title.trim(), body };
    run(async () => {
      const fresh = made.current === null;
      made.current ??= await send<PageShown>("POST", at, written);
      const { id, version } = made.current;
      const status = publish ? { status: "published" } : {};
      if (!fresh || publish) made.current = await send<PageShown>("PATCH", `${base}/pages/${id}`, { ...written, ...status }, version);
      toast(t(publish ? "build.published" : "item.kept"));
      go(back);
    });
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    keep(false);
  };
  const heading = t(page === null ? "write.newPage" : "build.edit");
  return (
    <div className="stack">
      <Go to={back} className="text-button">
        <span>{t("course.backTo")}</span> <span>{t("write.title")}</span>
      </Go>
      <Heading title={heading}>{heading}</Heading>
      <div className="editor">
        <form className="stack" onSubmit={submit} noValidate>
          <Field label={t("courses.title")} dir="auto" value={title} onChange={(event) => setTitle(event.target.value)} />
          <Area
            label={t("write.body")}
            hint={t("write.bodyHint")}
            className="essay"
            rows={16}
            value={body}
            onChange={(event) => setBody(event.target.value)}
          />
          <FormProblem text={problem} />
          <Working busy={busy} />
          <div className="row end">
            <button type="submit" className="button" disabled={busy}>
              {t(draft ? "build.keepDraft" : "item.keep")}
            </button>
            {draft && (
              <button type="button" className="button primary" disabled={busy} onClick={() => keep(true)}>
                {t("build.publish")}
              </button>
            )}
          </div>
        </form>
        <aside className="preview stack tight" aria-label={t("item.preview")}>
          <p className="quiet small">{t("item.preview")}</p>
          <div className="card stack">
            <h2 dir="auto">{title}</h2>
            <Prose text={withoutTitle({ title, body })} />
          </div>
        </aside>
      </div>
    </div>
  );
}
