/** When one's classes meet, in the time of where one is, and the way into an open one. */

import { DoorOpen } from "lucide-react";
import { useMemo, useState } from "react";
import { classPath, go } from "../pages/routes";
import type { Ticket } from "../room/tickets";
import { keepTicket } from "../room/tickets";
import { useToast } from "../ui/Toasts";
import { get, send } from "./api";
import { Go, Heading, Ready } from "./parts";
import { byDay } from "./days";
import type { Occurrence } from "./shapes";
import { useTexts } from "./texts";
import { useLoaded } from "./useLoaded";

const DAYS = 7;

export function Schedule() {
  const { t, day } = useTexts();
  const [since] = useState(() => {
    const now = new Date();
    return new Date(now.getFullYear(), now.getMonth(), now.getDate());
  });
  const until = new Date(since.getFullYear(), since.getMonth(), since.getDate() + DAYS);
  const query = new URLSearchParams({ since: since.toISOString(), until: until.toISOString() });
  const { loaded, again } = useLoaded(`schedule ${query}`, () => get<Occurrence[]>(`/schedule?${query}`));
  return (
    <section className="stack">
      <Heading title={t("school.schedule")}>{t("schedule.title")}</Heading>
      <p className="quiet small">{t("schedule.zone", { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}</p>
      <Ready of={loaded} again={again}>
        {(occurrences) => {
          const days = byDay(occurrences);
          if (days.length === 0) return <p className="quiet">{t("schedule.none")}</p>;
          return days.map(({ date, occurrences: ones }) => (
            <section key={date.toISOString()} className="stack tight">
              <h2 className="day">{day(date)}</h2>
              <ul className="stack tight">
                {ones.map((one) => (
                  <Meeting key={one.class_id + one.original} one={one} first={one === firstOf(occurrences, one.class_id)} />
                ))}
              </ul>
            </section>
          ));
        }}
      </Ready>
    </section>
  );
}

/** An open room is the room of the class: it is offered once, at the next time it meets. */
const firstOf = (all: readonly Occurrence[], id: string): Occurrence | undefined =>
  all.find(({ class_id, ends }) => class_id === id && Date.parse(ends) > Date.now()) ??
  all.find(({ class_id }) => class_id === id);

function Meeting({ one, first }: { one: Occurrence; first: boolean }) {
  const { t, hour } = useTexts();
  return (
    <li className="card line-card">
      <p className="times">
        <span>{hour(new Date(one.starts))}</span>
        <span className="quiet small">{t("schedule.until", { time: hour(new Date(one.ends)) })}</span>
      </p>
      <div className="grow">
        <h3 dir="auto">{one.title}</h3>
        <Go to={`/courses/${one.course_id}`} className="quiet small">
          {t("schedule.course")}
        </Go>
      </div>
      {first && <JoinClass id={one.class_id} title={one.title} open={one.open} />}
    </li>
  );
}

/** Into the live class, while it is open. */
export function JoinClass({ id, title, open }: { id: string; title: string; open: boolean }) {
  const { t, problem } = useTexts();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const label = useMemo(() => t("schedule.joinOf", { title }), [t, title]);
  if (!open) return <span className="quiet small">{t("schedule.closed")}</span>;
  const join = (): void => {
    setBusy(true);
    send<Ticket>("POST", `/classes/${id}/join`).then(
      (ticket) => {
        keepTicket({ ...ticket, title });
        go(classPath(ticket.room));
      },
      (error: unknown) => {
        setBusy(false);
        toast(problem(error));
      },
    );
  };
  return (
    <button type="button" className="button primary" aria-label={label} disabled={busy} onClick={join}>
      <DoorOpen aria-hidden className="flip" /> <span>{t("schedule.join")}</span>
    </button>
  );
}
