/** What a course is made of: when it meets, modules with their pages and what comes before them, and files. */

import { FileText, Lock, Pencil } from "lucide-react";
import { useEffect, useMemo } from "react";
import { Classes } from "../classes/Classes";
import { Go, Ready } from "../parts";
import type { CourseFile, Module } from "../shapes";
import { useTexts } from "../texts";
import { sizeWords } from "../Uploads";
import { useLoaded } from "../useLoaded";
import type { Here } from "./here";
import type { Content } from "./load";
import { loadContent } from "./load";
import { before } from "./order";
import { moduleAnchor } from "./search/search";
import { WhatNext } from "./WhatNext";

export function Contents({ here }: { here: Here }) {
  const { t } = useTexts();
  const { course } = here;
  const { loaded, again } = useLoaded(`contents ${course.id}`, () => loadContent(course.id));
  return (
    <div className="stack wide-gap">
      {course.summary !== "" && (
        <p className="lead" dir="auto" lang={course.language}>
          {course.summary}
        </p>
      )}
      {course.role === "student" && <WhatNext here={here} />}
      <Ready of={loaded} again={again}>
        {(content) => (
          <>
            <Classes here={here} classes={content.classes} again={again} />
            <section className="stack">
              <div className="page-head">
                <h2>{t("course.modules")}</h2>
                {here.staff && (
                  <Go to={`/courses/${course.id}/contents/edit`} className="button">
                    <Pencil aria-hidden /> <span>{t("write.edit")}</span>
                  </Go>
                )}
              </div>
              <Modules here={here} content={content} />
            </section>
            {content.files.length > 0 && <Files here={here} files={content.files} />}
          </>
        )}
      </Ready>
    </div>
  );
}

function Modules({ here, content }: { here: Here; content: Content }) {
  const { t, number, moment } = useTexts();
  const first = useMemo(() => before(content.modules, content.requirements), [content]);
  useTurnTo(window.location.hash.slice(1));
  if (content.modules.length === 0) return <p className="quiet">{t("course.noModules")}</p>;
  return (
    <ol className="modules">
      {content.modules.map((module, place) => (
        <li key={module.id} className="card module">
          <span className="module-number" aria-hidden="true">
            {number(place + 1)}
          </span>
          <div className="stack tight grow">
            <div className="row">
              <h3 id={moduleAnchor(module.id)} tabIndex={-1} dir="auto" lang={module.language}>
                {module.title}
              </h3>
              {module.status === "draft" && <span className="badge">{t("courses.draft")}</span>}
            </div>
            {module.summary !== "" && (
              <p dir="auto" lang={module.language}>
                {module.summary}
              </p>
            )}
            <Before modules={first.get(module.id) ?? []} />
            {module.opens_at !== null && <p className="quiet small">{t("course.opens", { time: moment(module.opens_at) })}</p>}
            <ul className="pages">
              {(content.pages.get(module.id) ?? []).map((page) => (
                <li key={page.id}>
                  <Go to={`/courses/${here.course.id}/pages/${page.id}`} className="page-link">
                    <FileText aria-hidden /> <bdi>{page.title}</bdi>
                    {page.status === "draft" && <span className="badge">{t("courses.draft")}</span>}
                  </Go>
                </li>
              ))}
            </ul>
          </div>
        </li>
      ))}
    </ol>
  );
}

/** An address that names a module (a search found it) begins there; once, so that later changes leave the focus alone. */
function useTurnTo(anchor: string): void {
  useEffect(() => {
    if (anchor !== "") document.getElementById(anchor)?.focus();
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
}

function Before({ modules }: { modules: Module[] }) {
  const { t, lang } = useTexts();
  if (modules.length === 0) return null;
  const names = new Intl.ListFormat(lang).format(modules.map(({ title }) => `\u2068${title}\u2069`));
  return (
    <p className="quiet small with-icon">
      <Lock aria-hidden /> <span>{t("course.before", { names })}</span>
    </p>
  );
}

function Files({ here, files }: { here: Here; files: CourseFile[] }) {
  const texts = useTexts();
  const { t } = texts;
  return (
    <section className="stack">
      <h2>{t("course.files")}</h2>
      <ul className="stack tight">
        {files.map((file) => (
          <li key={file.id}>
            <a className="page-link" href={`/api/v1/courses/${here.course.id}/files/${file.id}/content`}>
              <FileText aria-hidden /> <bdi>{file.name}</bdi> <span className="quiet small">{sizeWords(texts, file.size)}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
