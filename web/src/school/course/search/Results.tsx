/** What was found: courses, modules and pages one may see, the best first; how many is read out. */

import { get } from "../../api";
import { Go, Trouble } from "../../parts";
import type { Course, Page } from "../../shapes";
import type { SchoolTexts } from "../../texts";
import { useTexts } from "../../texts";
import type { Loaded } from "../../useLoaded";
import { useLoaded } from "../../useLoaded";
import type { Hit } from "./search";
import { addressFor, languagesOf, merged, pathTo, pieces } from "./search";

const MOST = 30;

interface Found {
  hits: Hit[];
  /** Whether there are more than are shown. */
  more: boolean;
}

async function search(words: string, languages: string[]): Promise<Found> {
  const ask = (language: string): Promise<Page<Hit>> =>
    get(`/search?${new URLSearchParams({ q: words, language, limit: String(MOST) })}`);
  const answers = await Promise.all(languages.map(ask));
  const hits = merged(answers.map(({ items }) => items));
  return { hits: hits.slice(0, MOST), more: hits.length > MOST || answers.some(({ next }) => next !== null) };
}

/** `courses`: those one takes part in, which name where a hit stands. */
export function Results({ words, courses }: { words: string; courses: Course[] }) {
  const texts = useTexts();
  const { t } = texts;
  const languages = languagesOf(texts.lang, courses);
  const { loaded, again } = useLoaded(`search ${languages.join(" ")} ${words}`, () => search(words, languages));
  return (
    <section className="stack results" aria-labelledby="search-results">
      <div className="row spread">
        <h2 id="search-results">{t("search.results")}</h2>
        <Go to={addressFor("")} className="text-link">
          {t("search.all")}
        </Go>
      </div>
      <p role="status">{said(texts, words, loaded)}</p>
      {loaded.kind === "failed" && <Trouble error={loaded.error} again={again} />}
      {loaded.kind === "ready" && (
        <>
          {loaded.value.hits.length === 0 && <p className="quiet">{t("search.noneHint")}</p>}
          <ol className="hits">
            {loaded.value.hits.map((hit) => (
              <HitCard key={hit.id} hit={hit} course={courses.find(({ id }) => id === hit.course_id)} />
            ))}
          </ol>
          {loaded.value.more && <p className="quiet">{t("search.many", { count: loaded.value.hits.length })}</p>}
        </>
      )}
    </section>
  );
}

/** Where the search stands, in words. */
function said({ t }: SchoolTexts, words: string, loaded: Loaded<Found>): string {
  if (loaded.kind === "failed") return "";
  if (loaded.kind === "loading") return t("search.busy");
  const count = loaded.value.hits.length;
  const quoted = `\u2068${words}\u2069`;
  return count === 0 ? t("search.none", { words: quoted }) : t("search.found", { count, words: quoted });
}

function HitCard({ hit, course }: { hit: Hit; course: Course | undefined }) {
  const { t } = useTexts();
  return (
    <li className="card stack tight hit">
      <div className="row">
        <span className="badge">{t(`part.${hit.kind}`)}</span>
        {hit.kind !== "course" && course !== undefined && <bdi className="quiet small">{course.title}</bdi>}
      </div>
      <h3>
        <Go to={pathTo(hit)} className="text-link" dir="auto">
          {hit.title}
        </Go>
      </h3>
      {hit.snippet !== "" && (
        <p dir="auto">
          {pieces(hit.snippet).map(({ text, found }, place) => (found ? <mark key={place}>{text}</mark> : text))}
        </p>
      )}
    </li>
  );
}
