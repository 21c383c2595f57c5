/** Follow the teacher: who leads, whether I follow, and telling the class where I look while I lead. */

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { isStaff } from "../room/roles";
import { Window } from "../room/window";
import type { Lead, Place } from "./editor";
import { useAsk, useRoom } from "./room";

/** Views are commands, and commands are limited to ten a second. */
const REPORT_WINDOW_MS = 250;

const BEGINNING: Place = { page: "", x: 0, y: 0, zoom: 1 };

export interface Leading {
  /** This person leads. */
  mine: boolean;
  /** Somebody else leads; their name. */
  leader: string | null;
  following: boolean;
  setFollowing(on: boolean): void;
  mayLead: boolean;
  setLeading(on: boolean): void;
  /** The document the leader looks at, while following. */
  doc: string | null;
  lead: Lead;
}

export function useLeading(doc: string): Leading {
  const { session, classroom, me } = useRoom();
  const ask = useAsk();
  const view = classroom.leader;
  const mine = view.user !== "" && view.user === me.user;
  const other = view.user !== "" && !mine;
  const [left, setLeft] = useState("");
  const following = other && left !== view.user;
  const here = following && view.doc === doc;

  const { page, x, y, zoom } = view;
  const place = useMemo<Place | null>(() => (here ? { page, x, y, zoom } : null), [here, page, x, y, zoom]);

  const latest = useRef<{ doc: string; place: Place } | null>(null);
  const reporter = useMemo(
    () =>
      new Window(REPORT_WINDOW_MS, () => {
        if (latest.current?.doc !== doc) return;
        const { page, x, y, zoom } = latest.current.place;
        session.tell(["view", doc, page, x, y, zoom]);
      }),
    [session, doc],
  );
  useEffect(() => () => reporter.cancel(), [reporter]);
  const report = useCallback(
    (place: Place) => {
      latest.current = { doc, place };
      reporter.ask();
    },
    [doc, reporter],
  );
  useEffect(() => {
    // The editor may have told more exactly already: effects of children come first.
    if (mine && latest.current?.doc !== doc) report(BEGINNING);
  }, [mine, doc, report]);
  const wander = useCallback(() => setLeft(view.user), [view.user]);
  const lead = useMemo<Lead>(() => ({ following: place, report: mine ? report : null, wander }), [place, mine, report, wander]);
  return {
    mine,
    leader: other ? (classroom.members.find(({ user }) => user === view.user)?.name ?? view.user) : null,
    following,
    setFollowing: (on) => setLeft(on ? "" : view.user),
    mayLead: isStaff(me.role),
    setLeading: (on) => void ask(["lead", on], "lead"),
    doc: following && view.doc !== "" ? view.doc : null,
    lead,
  };
}
