/** Recordings of a class: the list of them, or one being played. Loaded when first opened. */

import "../theme/tile.css";
import "./playback.css";
import { useCallback, useEffect, useMemo, useState } from "react";
import { EnterClass } from "../pages/EnterClass";
import type { Ticket } from "../room/tickets";
import { loadTicket } from "../room/tickets";
import { Announcer } from "../ui/Announcer";
import type { Kept } from "./api";
import { listed } from "./api";
import type { Found } from "./List";
import { List } from "./List";
import { Show } from "./Show";
import { partsBefore } from "./tape";
import { PlaybackTextsProvider } from "./texts";

export default function Playback({ room, id }: { room: string; id: string | null }) {
  const [ticket, setTicket] = useState<Ticket | null>(() => loadTicket(room));
  if (ticket === null) return <EnterClass room={room} onTicket={setTicket} />;
  return (
    <PlaybackTextsProvider>
      <Announcer>
        <Recordings ticket={ticket} id={id} />
      </Announcer>
    </PlaybackTextsProvider>
  );
}

const NONE: readonly Kept[] = [];
/** The list is looked at again this often while one of them is being made. */
const AGAIN_MS = 3_000;

function Recordings({ ticket, id }: { ticket: Ticket; id: string | null }) {
  const [found, setFound] = useState<Found>({ kind: "looking" });
  const refresh = useCallback(() => listed(ticket).then((all) => setFound({ kind: "found", all })), [ticket]);
  const look = useCallback(() => {
    setFound({ kind: "looking" });
    refresh().catch((error: unknown) => setFound({ kind: "failed", error }));
  }, [refresh]);
  useEffect(look, [look]);
  const all = found.kind === "found" ? found.all : NONE;
  const waits = id === null && all.some(({ running }) => running);
  useEffect(() => {
    if (!waits) return;
    const timer = setInterval(() => void refresh().catch(() => undefined), AGAIN_MS);
    return () => clearInterval(timer);
  }, [waits, refresh]);
  const kept = all.find((one) => one.id === id);
  const earlier = useMemo(() => {
    const before = partsBefore(kept?.id ?? "", all.map((one) => one.id));
    return before.flatMap((part) => all.find((one) => one.id === part) ?? []);
  }, [kept, all]);
  if (kept !== undefined) return <Show key={kept.id} ticket={ticket} kept={kept} earlier={earlier} />;
  return <List ticket={ticket} found={found} look={look} />;
}
