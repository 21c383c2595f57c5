/** A class: the ticket, the visit, and the room once it is known. */

import { useEffect, useMemo, useState } from "react";
import { Classroom as Room } from "../class/Classroom";
import { RoomContext } from "../class/room";
import { AtTheDoor } from "../media/AtTheDoor";
import { useI18n } from "../i18n/provider";
import { RoomSession } from "../room/session";
import type { Ticket } from "../room/tickets";
import { dropTicket, loadTicket } from "../room/tickets";
import { Announcer } from "../ui/Announcer";
import { Toasts } from "../ui/Toasts";
import { useStore } from "../ui/useStore";
import { Ended } from "./Ended";
import { EnterClass } from "./EnterClass";

/** Codes after which this ticket opens nothing any more. */
const TICKET_GONE: readonly number[] = [4401, 4403, 4404, 4410];
const REMOVED = 4410;

export default function ClassroomPage({ room }: { room: string }) {
  const [ticket, setTicket] = useState<Ticket | null>(() => loadTicket(room));
  if (ticket === null) return <EnterClass room={room} onTicket={setTicket} />;
  return <Visit key={ticket.token} ticket={ticket} onTicketGone={() => setTicket(null)} />;
}

function Visit({ ticket, onTicketGone }: { ticket: Ticket; onTicketGone(): void }) {
  const { t } = useI18n();
  const session = useMemo(() => new RoomSession(ticket), [ticket]);
  const connection = useStore(session.connection);
  const classroom = useStore(session.classroom);
  const me = useStore(session.me);
  const atTheDoor = useStore(session.atTheDoor);
  const title = ticket.room === "demo" ? t("class.demo") : (ticket.title ?? ticket.room);
  const room = useMemo(() => (me === null ? null : { session, me, classroom }), [session, me, classroom]);

  useEffect(() => {
    session.start();
    return () => session.stop();
  }, [session]);
  useEffect(() => {
    document.title = `${title} · ${t("app.name")}`;
  }, [title, t]);
  useUnsavedWarning(session);

  const gone = connection.kind === "ended" && TICKET_GONE.includes(connection.code);
  useEffect(() => {
    if (gone) dropTicket(ticket.room);
  }, [gone, ticket]);

  if (connection.kind === "ended") {
    const { code } = connection;
    return <Ended code={code} onAgain={code === REMOVED ? null : gone ? onTicketGone : () => session.start()} />;
  }
  if (atTheDoor) return <AtTheDoor title={title} />;
  if (room === null || !classroom.known) {
    return (
      <div className="waiting" role="status">
        <p>{t(connection.kind === "waiting" ? "connection.lost" : "connection.connecting")}</p>
      </div>
    );
  }
  return (
    <RoomContext.Provider value={room}>
      <Announcer>
        <Toasts>
          <Room title={title} />
        </Toasts>
      </Announcer>
    </RoomContext.Provider>
  );
}

/** Closing the page while something is not saved asks first. */
function useUnsavedWarning(session: RoomSession): void {
  useEffect(() => {
    const onBeforeUnload = (event: BeforeUnloadEvent): void => {
      if (session.documents.unsaved) event.preventDefault();
    };
    window.addEventListener("beforeunload", onBeforeUnload);
    return () => window.removeEventListener("beforeunload", onBeforeUnload);
  }, [session]);
}
