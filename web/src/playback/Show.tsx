/** One recording being played: its documents, who was seen and heard, and the class beside them. */

import { ArrowLeft } from "lucide-react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { follow, recordingPath } from "../pages/routes";
import type { Ticket } from "../room/tickets";
import type { Kept } from "./api";
import { addressOf, tapeFrom } from "./api";
import { Controls } from "./Controls";
import { Failed, reasonOf } from "./Failed";
import { usePlayerKeys } from "./keys";
import { Player } from "./player";
import { Side } from "./Side";
import type { Tape } from "./tape";
import { useTexts } from "./texts";
import { Work } from "./Work";

export function Show({ ticket, kept, earlier }: { ticket: Ticket; kept: Kept; earlier: readonly Kept[] }) {
  const { t, when } = useTexts();
  const [tape, setTape] = useState<Tape | null>(null);
  const [error, setError] = useState<unknown>(null);
  const { room } = ticket;
  const day = when(kept.started);
  useEffect(() => {
    document.title = `${day} · ${t("playback.title")}`;
  }, [day, t]);
  const fetchIt = useCallback(() => {
    setError(null);
    tapeFrom(room, kept, earlier).then(setTape, setError);
  }, [room, kept, earlier]);
  useEffect(fetchIt, [fetchIt]);
  const list = recordingPath(room);
  return (
    <div className="playback">
      <a className="skip" href="#work">
        {t("app.skip")}
      </a>
      <header className="topbar">
        <a className="icon-button" href={list} aria-label={t("playback.toList")} title={t("playback.toList")} onClick={(event) => follow(event, list)}>
          <ArrowLeft aria-hidden className="flip" />
        </a>
        <h1 className="class-title">{day}</h1>
      </header>
      {tape !== null && <Playing tape={tape} room={room} kept={kept} />}
      {tape === null && (
        <main className="waiting playback-waiting" role="status">
          {error === null ? (
            <p>{t("playback.loading")}</p>
          ) : (
            <Failed text={t("playback.failedOne", { reason: reasonOf(error) })} again={fetchIt} />
          )}
        </main>
      )}
    </div>
  );
}

function Playing({ tape, room, kept }: { tape: Tape; room: string; kept: Kept }) {
  const player = useMemo(() => new Player(tape, (name) => addressOf(room, kept, name)), [tape, room, kept]);
  useEffect(() => {
    player.start();
    return () => player.stop();
  }, [player]);
  usePlayerKeys(player);
  return (
    <>
      <Work player={player} />
      <Side player={player} />
      <Controls player={player} />
    </>
  );
}
