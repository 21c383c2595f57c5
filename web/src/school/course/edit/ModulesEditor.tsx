/** Modules and their pages in their order: moved, published, taken back, changed, deleted. */

import { FilePlus2, Plus } from "lucide-react";
import { useState } from "react";
import { useAnnounce } from "../../../ui/Announcer";
import { send } from "../../api";
import { FormProblem, Go, Working } from "../../parts";
import { moved } from "../../quiz/words";
import type { Module, PageHead } from "../../shapes";
import { Sure } from "../../Sure";
import { useTexts } from "../../texts";
import { placeOf } from "../../useReturn";
import { useSend } from "../../useSend";
import { before } from "../order";
import type { Writing } from "./writing";
import type { Lost } from "./deleted";
import { ModuleDialog } from "./ModuleDialog";
import { PartTools } from "./PartTools";

export function ModulesEditor({ course, content, again, remove }: Writing) {
  const { t, number } = useTexts();
  const announce = useAnnounce();
  const [edited, setEdited] = useState<Module | "new" | null>(null);
  const [doomed, setDoomed] = useState<Lost | null>(null);
  const { busy, problem, run } = useSend();
  const base = `/courses/${course.id}`;
  const { modules } = content;
  const first = before(modules, content.requirements);
  const say = (title: string, place: number): void => announce(t("quiz.movedTo", { text: title, place: number(place + 1) }));

  const moveModule = (place: number, by: -1 | 1): void =>
    run(async () => {
      const order = moved(modules, place, by).map(({ id }) => id);
      await send("PUT", `${base}/modules/order`, { modules: order }, course.version);
      say(modules[place]?.title ?? "", place + by);
      again();
    });
  /** Two neighbours take each other's place. */
  const movePage = (pages: PageHead[], place: number, by: -1 | 1): void =>
    run(async () => {
      const [one, other] = [pages[place], pages[place + by]];
      if (one === undefined || other === undefined) return;
      const apart = one.position === other.position ? by : 0;
      await send("PATCH", `${base}/pages/${one.id}`, { position: Math.max(0, other.position + apart) }, one.version);
      await send("PATCH", `${base}/pages/${other.id}`, { position: one.position }, other.version);
      say(one.title, place + by);
      again();
    });
  const turn = (path: string, part: Module | PageHead): void =>
    run(async () => {
      const status = part.status === "draft" ? "published" : "draft";
      await send("PATCH", path, { status }, part.version);
      announce(t(status === "published" ? "write.nowPublished" : "write.nowDraft", { title: part.title }));
      again();
    });

  return (
    <section className="stack">
      <h2>{t("course.modules")}</h2>
      <FormProblem text={problem} />
      <Working busy={busy} />
      {modules.length === 0 && <p className="quiet">{t("course.noModules")}</p>}
      <ol className="modules">
        {modules.map((module, place) => {
          const path = `${base}/modules/${module.id}`;
          const pages = content.pages.get(module.id) ?? [];
          return (
            <li key={module.id} className="card stack tight">
              <div className="part-line">
                <h3 id={placeOf(module.id)} tabIndex={-1} dir="auto" lang={module.language} className="grow">
                  {module.title}
                </h3>
                <PartTools
                  part={module}
                  place={place}
                  count={modules.length}
                  busy={busy}
                  onMove={(by) => moveModule(place, by)}
                  onTurn={() => turn(path, module)}
                  onEdit={() => setEdited(module)}
                  onDelete={() => setDoomed({ kind: "module", id: module.id, title: module.title })}
                />
              </div>
              <Before modules={first.get(module.id) ?? []} />
              <ol className="order">
                {pages.map((page, at) => (
                  <li key={page.id} className="order-line part-line">
                    <span id={placeOf(page.id)} tabIndex={-1} className="grow" dir="auto" lang={page.language}>
                      {page.title}
                    </span>
                    <PartTools
                      part={page}
                      place={at}
                      count={pages.length}
                      busy={busy}
                      onMove={(by) => movePage(pages, at, by)}
                      onTurn={() => turn(`${base}/pages/${page.id}`, page)}
                      editTo={`${base}/pages/${page.id}/edit`}
                      onDelete={() => setDoomed({ kind: "page", id: page.id, title: page.title })}
                    />
                  </li>
                ))}
              </ol>
              <Go to={`${path}/new-page`} className="text-button" aria-label={t("write.newPageIn", { title: module.title })}>
                <FilePlus2 aria-hidden /> <span>{t("write.newPage")}</span>
              </Go>
            </li>
          );
        })}
      </ol>
      <div>
        <button type="button" className="button" onClick={() => setEdited("new")}>
          <Plus aria-hidden /> <span>{t("write.newModule")}</span>
        </button>
      </div>
      {edited !== null && (
        <ModuleDialog
          base={base}
          module={edited === "new" ? null : edited}
          others={modules}
          requirements={content.requirements}
          onDone={again}
          onClose={() => setEdited(null)}
        />
      )}
      {doomed !== null && (
        <Sure
          danger
          title={t("write.delete", { title: doomed.title })}
          action={t("write.deleteDo")}
          work={() => remove(doomed)}
          onClose={() => setDoomed(null)}
        >
          {t("write.deleteSure")}
        </Sure>
      )}
    </section>
  );
}

function Before({ modules }: { modules: Module[] }) {
  const { t, lang } = useTexts();
  if (modules.length === 0) return null;
  const names = new Intl.ListFormat(lang).format(modules.map(({ title }) => `\u2068${title}\u2069`));
  return <p className="quiet small">{t("course.before", { names })}</p>;
}
