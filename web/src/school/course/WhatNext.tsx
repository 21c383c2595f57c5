/** What to do next in a course, and why. */

import { Compass } from "lucide-react";
import { get, send } from "../api";
import { Go, Ready } from "../parts";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import type { Here } from "./here";
import type { Named, Suggestion } from "./suggestions";
import { reasonWords } from "./suggestions";

interface Next {
  basis: "cold-start" | "mastery" | "blend";
  suggestions: Suggestion[];
}

interface Progress {
  module_id: string;
  done_at: string | null;
}

export function WhatNext({ here }: { here: Here }) {
  const texts = useTexts();
  const { t } = texts;
  const base = `/courses/${here.course.id}`;
  const { loaded, again } = useLoaded(`next ${here.course.id}`, () => get<Next>(`${base}/what-next?limit=3`));
  return (
    <section className="stack next" aria-labelledby="what-next">
      <h2 id="what-next" className="with-icon">
        <Compass aria-hidden /> {t("next.title")}
      </h2>
      <Ready of={loaded} again={again}>
        {({ basis, suggestions }) => (
          <>
            <p className="quiet small" data-testid="basis" data-basis={basis}>
              {t(`next.basis.${basis}`)}
            </p>
            {suggestions.length === 0 && <p>{t("next.nothing")}</p>}
            <ol className="suggestions">
              {suggestions.map((one) => (
                <li key={one.module_id} className="card stack tight suggestion">
                  <h3 dir="auto">{one.title}</h3>
                  <ul className="reasons">
                    {one.reasons.map((reason, place) => (
                      <li key={place}>{reasonWords(texts, reason)}</li>
                    ))}
                  </ul>
                  <Pages here={here} pages={one.pages} />
                  <Done here={here} module={one.module_id} title={one.title} onDone={again} />
                </li>
              ))}
            </ol>
          </>
        )}
      </Ready>
    </section>
  );
}

function Pages({ here, pages }: { here: Here; pages: Named[] }) {
  const { t } = useTexts();
  if (pages.length === 0) return null;
  return (
    <p className="row">
      <span className="quiet small">{t("next.pages")}</span>
      {pages.map(({ id, title }) => (
        <Go key={id} to={`/courses/${here.course.id}/pages/${id}`} className="page-link">
          <bdi>{title}</bdi>
        </Go>
      ))}
    </p>
  );
}

function Done(props: { here: Here; module: string; title: string; onDone(): void }) {
  const { t } = useTexts();
  const { here, module, title, onDone } = props;
  const path = `/courses/${here.course.id}/modules/${module}/progress`;
  const done = (): void => {
    send<Progress>("PUT", path, { status: "done" }).then(onDone, onDone);
  };
  return (
    <button type="button" className="button small-button" aria-label={t("next.doneOf", { title })} onClick={done}>
      {t("next.done")}
    </button>
  );
}
