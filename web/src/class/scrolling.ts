/** Following in documents that scroll: `y` of the view is how far down, from 0 to 1. */

import type { RefObject } from "react";
import { useEffect, useRef } from "react";
import type { Lead } from "./editor";

const SETTLED_PX = 4;

export function useScrollFollowing(scroller: RefObject<HTMLElement | null>, lead: Lead): void {
  const { following, report, wander } = lead;
  const target = useRef<number | null>(null);
  const y = following?.y;
  useEffect(() => {
    const element = scroller.current;
    if (element === null || y === undefined) return;
    target.current = Math.round(y * (element.scrollHeight - element.clientHeight));
    element.scrollTo({ top: target.current });
  }, [scroller, y]);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const onScroll = (): void => {
      const room = element.scrollHeight - element.clientHeight;
      report?.({ page: "", x: 0, y: room > 0 ? element.scrollTop / room : 0, zoom: 1 });
    };
    const onWheel = (): void => {
      if (target.current !== null && Math.abs(element.scrollTop - target.current) > SETTLED_PX) wander();
    };
    onScroll();
    element.addEventListener("scroll", onScroll, { passive: true });
    element.addEventListener("wheel", onWheel, { passive: true });
    element.addEventListener("touchmove", onWheel, { passive: true });
    return () => {
      element.removeEventListener("scroll", onScroll);
      element.removeEventListener("wheel", onWheel);
      element.removeEventListener("touchmove", onWheel);
    };
  }, [scroller, report, wander]);
}
