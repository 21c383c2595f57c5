/**
 * Play, pause, where one is, how fast, captions, sound. Time runs from left to right in every language, as on every
 * player.
 */

import { Captions, Pause, Play, RotateCcw, RotateCw, Volume2, VolumeX } from "lucide-react";
import type { KeyboardEvent, ReactNode } from "react";
import { useId } from "react";
import { captionChoice, chooseCaptions } from "../media/captionChoice";
import { useStore } from "../ui/useStore";
import { chapterName } from "./chapterName";
import { SPEEDS } from "./clock";
import { STEP_S } from "./keys";
import type { Player } from "./player";
import { useTexts } from "./texts";

export function Controls({ player }: { player: Player }) {
  const texts = useTexts();
  const { t, dir } = texts;
  const { playing, waiting, speed, sound, blocked } = useStore(player.state);
  const captions = useStore(captionChoice);
  const speedId = useId();
  return (
    <section className="controls" dir="ltr" aria-label={t("playback.region")}>
      {blocked && (
        <p className="note" role="alert" dir={dir}>
          {t("playback.blocked")}
        </p>
      )}
      <Position player={player} />
      <div className="controls-row">
        <Button label={t(playing ? "playback.pause" : "playback.start")} keys="Space" primary onClick={() => player.toggle()}>
          {playing ? <Pause aria-hidden /> : <Play aria-hidden />}
        </Button>
        <Button label={t("playback.back")} keys="ArrowLeft" onClick={() => player.step(-STEP_S)}>
          <RotateCcw aria-hidden />
        </Button>
        <Button label={t("playback.forward")} keys="ArrowRight" onClick={() => player.step(STEP_S)}>
          <RotateCw aria-hidden />
        </Button>
        <Time player={player} />
        <p className="quiet small controls-wait" role="status" dir={dir}>
          {waiting && t("playback.waiting")}
        </p>
        <label className="unseen" htmlFor={speedId}>
          {t("playback.speed")}
        </label>
        <select id={speedId} className="speed" value={speed} onChange={(event) => player.setSpeed(Number(event.target.value))}>
          {SPEEDS.map((one) => (
            <option key={one} value={one}>
              {t("playback.times", { speed: one })}
            </option>
          ))}
        </select>
        {player.cues.length > 0 && (
          <Button label={t("playback.captions")} keys="Alt+T" pressed={captions.on} onClick={() => chooseCaptions({ on: !captions.on })}>
            <Captions aria-hidden />
          </Button>
        )}
        <Button label={t("playback.sound")} keys="Alt+M" pressed={sound} onClick={() => player.setSound(!sound)}>
          {sound ? <Volume2 aria-hidden /> : <VolumeX aria-hidden />}
        </Button>
      </div>
    </section>
  );
}

interface ButtonProps {
  label: string;
  keys?: string;
  primary?: boolean;
  pressed?: boolean;
  onClick(): void;
  children: ReactNode;
}

function Button({ label, keys, primary = false, pressed, onClick, children }: ButtonProps) {
  return (
    <button
      type="button"
      className={`icon-button${primary ? " primary" : ""}`}
      aria-label={label}
      aria-pressed={pressed}
      aria-keyshortcuts={keys}
      title={keys === undefined ? label : `${label} (\u2068${keys}\u2069)`}
      data-free-keys={keys === "Space" ? undefined : true}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

/** A slider in seconds; the keys step as those of the player do. */
function Position({ player }: { player: Player }) {
  const texts = useTexts();
  const { t, clock } = texts;
  const at = useStore(player.position);
  const end = player.tape.seconds;
  const chapter = player.chapters.findLast((one) => one.at <= at);
  const where = { at: clock(at), end: clock(end) };
  const said = chapter === undefined ? t("playback.positionOf", where) : t("playback.positionIn", { ...where, chapter: chapterName(texts, chapter) });
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = stepOf(event);
    if (step === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.shiftKey && Math.abs(step) === STEP_S) player.stepChapter(step > 0 ? 1 : -1);
    else player.step(step);
  };
  return (
    <div className="position" style={{ "--done": end > 0 ? at / end : 0 } as React.CSSProperties}>
      <input
        type="range"
        min={0}
        max={end}
        step="any"
        value={at}
        aria-label={t("playback.position")}
        aria-valuetext={said}
        onChange={(event) => player.seek(Number(event.target.value))}
        onKeyDown={onKeyDown}
      />
      <div className="marks" aria-hidden="true">
        {player.chapters.slice(1).map((one) => (
          <span key={one.at} style={{ left: `${end > 0 ? (one.at / end) * 100 : 0}%` }} />
        ))}
      </div>
    </div>
  );
}

const PAGE_S = 30;

function stepOf({ key }: KeyboardEvent): number | null {
  switch (key) {
    case "ArrowRight":
    case "ArrowUp":
      return STEP_S;
    case "ArrowLeft":
    case "ArrowDown":
      return -STEP_S;
    case "PageUp":
      return PAGE_S;
    case "PageDown":
      return -PAGE_S;
    case "End":
      return Infinity;
    case "Home":
      return -Infinity;
    default:
      return null;
  }
}

function Time({ player }: { player: Player }) {
  const { clock } = useTexts();
  const at = useStore(player.position);
  return (
    <p className="controls-time" data-testid="position" data-at={at.toFixed(1)}>
      {clock(at)} <span className="quiet controls-end">/ {clock(player.tape.seconds)}</span>
    </p>
  );
}
