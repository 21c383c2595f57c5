/** Where a document of a recording is looked at: as its leader did, else where work goes on, else as the viewer chose. */

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type * as Y from "yjs";
import { listPages, pagesOf } from "../board/schema";
import type { Lead, Place } from "../class/editor";
import { kindOf } from "../class/kinds";
import type { SharedDocument } from "../room/documents";
import { useStore } from "../ui/useStore";
import { boxOf, pageOfEvents, placeFor } from "./boardView";
import type { Player } from "./player";

export function useView(player: Player, document: SharedDocument, following: boolean, wander: () => void): Lead {
  const { leader } = useStore(player.replay.classroom);
  const { page, x, y, zoom } = leader;
  const led = following && leader.user !== "" && leader.doc === document.name;
  const work = useWork(document, following && !led);
  const own = useRef(new Map<string, Place>());
  const [own_, keepOwn] = useState<{ document: SharedDocument; place: Place | null }>({ document, place: null });
  // Made anew by a step back, a document is shown where the viewer had it.
  if (own_.document !== document) keepOwn({ document, place: own.current.get(document.name) ?? null });
  const place = useMemo<Place | null>(() => {
    if (led) return { page, x, y, zoom };
    return following ? work : own_.document === document ? own_.place : null;
  }, [led, following, page, x, y, zoom, work, own_, document]);
  const report = useCallback((seen: Place) => void own.current.set(document.name, seen), [document]);
  const leave = useCallback(() => {
    keepOwn({ document, place: null });
    wander();
  }, [document, wander]);
  return useMemo(() => ({ following: place, report, wander: leave }), [place, report, leave]);
}

function useWork(document: SharedDocument, wanted: boolean): Place | null {
  const [place, setPlace] = useState<Place | null>(null);
  const board = kindOf(document.name) === "board";
  useEffect(() => {
    if (!wanted || !board) return;
    const { doc } = document;
    const look = (page: string | null): void => {
      if (page !== null) setPlace((before) => placeFor(before, page, boxOf(doc, page)));
    };
    const onChange = (events: Y.YEvent<Y.AbstractType<unknown>>[]): void => look(pageOfEvents(doc, events));
    look(listPages(doc)[0]?.id ?? null);
    pagesOf(doc).observeDeep(onChange as never);
    return () => pagesOf(doc).unobserveDeep(onChange as never);
  }, [document, wanted, board]);
  return board ? place : null;
}
