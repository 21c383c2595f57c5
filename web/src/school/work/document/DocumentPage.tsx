/** A live document that was handed in: as it is in the end, and as it came to be. */

import { ChevronLeft, ChevronRight, Download, Pause, Play } from "lucide-react";
import { useDeferredValue, useEffect, useMemo, useState } from "react";
import type { Kind } from "../../../class/kinds";
import { kindOf } from "../../../class/kinds";
import { get, getText, list } from "../../api";
import type { Here } from "../../course/here";
import { Go, Heading, Ready, Working } from "../../parts";
import type { Enrolment } from "../../shapes";
import { useTexts } from "../../texts";
import { useLoaded } from "../../useLoaded";
import type { Submission } from "../shapes";
import type { Entry } from "./frozen";
import { readEntries, Replay } from "./frozen";
import { Shown, viewOf } from "./Shown";

/** A whole history is played in about as many steps, so many milliseconds apart. */
const STEPS = 200;
const STEP_MS = 100;

interface Loaded {
  /** Its name tells its kind; null: not told to who reviews it. */
  name: string | null;
  entries: Entry[];
  /** By id; only staff are told names. */
  names: Map<string, string>;
  assignment: string | null;
}

interface Props {
  here: Here;
  /** Where the document is: of a submission, or of a review. */
  at: string;
  submission?: string;
  /** Null: the assignment it was handed in for. */
  back: string | null;
}

export default function DocumentPage({ here, at, submission, back }: Props) {
  const { t } = useTexts();
  const { loaded, again } = useLoaded(at, async (): Promise<Loaded> => {
    const [lines, work, people] = await Promise.all([
      getText(at),
      submission === undefined ? null : get<Submission>(`/submissions/${submission}`),
      here.staff ? list<Enrolment>(`/courses/${here.course.id}/enrolments`) : [],
    ]);
    const names = new Map(people.map(({ person_id, name }) => [person_id, name]));
    return { name: work?.document?.document ?? null, entries: readEntries(lines), names, assignment: work?.assignment_id ?? null };
  });
  const found = loaded.kind === "ready" ? loaded.value.assignment : null;
  const way = back ?? `/courses/${here.course.id}/assignments${found === null ? "" : `/${found}`}`;
  return (
    <article className="stack reading">
      <Go to={way} className="text-button">
        <span>{t("live.back")}</span>
      </Go>
      <Heading title={t("live.title")}>{t("live.title")}</Heading>
      <Working busy={loaded.kind === "loading"} />
      <Ready of={loaded} again={again}>
        {(value) => (
          <>
            <History {...value} />
            <a className="text-button" href={`/api/v1${at}`} download="document.ndjson">
              <Download aria-hidden /> <span>{t("live.download")}</span>
            </a>
          </>
        )}
      </Ready>
    </article>
  );
}

function History({ name, entries, names }: Pick<Loaded, "name" | "entries" | "names">) {
  const { t, number, moment, lang } = useTexts();
  const replay = useMemo(() => new Replay(entries), [entries]);
  const [step, setStep] = useState(entries.length);
  const [playing, setPlaying] = useState(false);
  const shown = useDeferredValue(step);
  const kind = useMemo(() => (name === null ? kindIn(replay) : kindOf(name)), [replay, name]);
  const view = useMemo(() => (kind === null ? null : viewOf(replay.at(shown), kind)), [replay, kind, shown]);
  const total = entries.length;
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => {
      setStep((now) => Math.min(total, now + Math.max(1, Math.ceil(total / STEPS))));
    }, STEP_MS);
    return () => clearInterval(timer);
  }, [playing, total]);
  const over = step >= total;
  if (playing && over) setPlaying(false);
  const play = (): void => {
    if (over) setStep(0);
    setPlaying(!playing);
  };
  const go = (to: number): void => {
    setPlaying(false);
    setStep(Math.max(0, Math.min(total, to)));
  };
  const entry = entries[step - 1];
  const authors = (entry?.authors ?? []).map((id) => names.get(id)).filter((one) => one !== undefined);
  const words = t("live.step", { step: number(step), total: number(total) });
  return (
    <>
      <section className="card stack tight" aria-label={t("live.history")}>
        <div className="row replay">
          <button type="button" className="icon-button" aria-label={t(playing ? "live.pause" : "live.play")} onClick={play}>
            {playing ? <Pause aria-hidden /> : <Play aria-hidden className="flip" />}
          </button>
          <button type="button" className="icon-button" aria-label={t("live.earlier")} onClick={() => go(step - 1)}>
            <ChevronLeft aria-hidden className="flip" />
          </button>
          <input
            type="range"
            className="grow"
            min={0}
            max={total}
            value={step}
            aria-label={t("live.history")}
            aria-valuetext={words}
            onChange={(event) => go(Number(event.target.value))}
          />
          <button type="button" className="icon-button" aria-label={t("live.later")} onClick={() => go(step + 1)}>
            <ChevronRight aria-hidden className="flip" />
          </button>
        </div>
        <p className="quiet small" role={playing ? undefined : "status"}>
          {words}
          {entry !== undefined && ` · ${moment(entry.at)}`}
          {authors.length > 0 && <bdi> · {new Intl.ListFormat(lang).format(authors)}</bdi>}
        </p>
      </section>
      <section className="card" aria-label={t("live.title")}>
        {view === null ? <p className="quiet">{t("live.unknown")}</p> : <Shown view={view} />}
      </section>
    </>
  );
}

/** Where the name is not told, the kind is seen in what the document holds in the end. */
function kindIn(replay: Replay): Kind | null {
  const { share } = replay.at(replay.entries.length);
  return share.has("pages") ? "board" : share.has("default") ? "text" : share.has("content") ? "code" : null;
}
