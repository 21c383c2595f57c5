/** Courses of the school one is not in, and why one might take them. */

import { Compass } from "lucide-react";
import { get } from "../api";
import { useTexts } from "../texts";
import { useLoaded } from "../useLoaded";
import type { Reason } from "./suggestions";
import { reasonWords } from "./suggestions";

interface Other {
  course_id: string;
  title: string;
  summary: string;
  language: string;
  reasons: Reason[];
}

/** Nothing is said where there is nothing to suggest, or it cannot be had: the page is about one's own courses. */
export function OtherCourses() {
  const texts = useTexts();
  const { t } = texts;
  const { loaded } = useLoaded("other courses", () => get<{ suggestions: Other[] }>("/course-suggestions?limit=4"));
  if (loaded.kind !== "ready" || loaded.value.suggestions.length === 0) return null;
  return (
    <section className="stack next">
      <h2 className="with-icon">
        <Compass aria-hidden /> {t("courses.others")}
      </h2>
      <p className="quiet small">{t("courses.othersHint")}</p>
      <ul className="suggestions">
        {loaded.value.suggestions.map((one) => (
          <li key={one.course_id} className="card stack tight suggestion">
            <h3 dir="auto" lang={one.language}>
              {one.title}
            </h3>
            <p dir="auto" lang={one.language}>
              {one.summary}
            </p>
            <ul className="reasons">
              {one.reasons.map((reason, place) => (
                <li key={place}>{reasonWords(texts, reason)}</li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  );
}
