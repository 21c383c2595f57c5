/** What was deleted and comes back gets the focus: the button that brought it back is gone. */

import { useCallback, useEffect, useRef } from "react";

/** The id of the element that is focused when a thing is back. */
export const placeOf = (id: string): string => `part-${id}`;

/** Say which thing returns; the component that asks is rendered again when it is there. */
export function useReturn(): (id: string) => void {
  const returning = useRef<string | null>(null);
  // It comes with a later answer: with whichever rendering shows it first.
  useEffect(() => {
    const place = returning.current === null ? null : document.getElementById(placeOf(returning.current));
    if (place === null) return;
    place.focus();
    returning.current = null;
  });
  return useCallback((id) => {
    returning.current = id;
  }, []);
}
