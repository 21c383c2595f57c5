/** What a page needs from the server: on its way, there, or not to be had. */

import { useCallback, useEffect, useState } from "react";

export type Loaded<T> = { kind: "loading" } | { kind: "ready"; value: T } | { kind: "failed"; error: unknown };

/** Loads again when `key` changes or `again` is called; what is shown stays until the new answer is there. */
export function useLoaded<T>(key: string, load: () => Promise<T>): { loaded: Loaded<T>; again: () => void } {
  const [state, setState] = useState<{ key: string; loaded: Loaded<T> }>({ key, loaded: { kind: "loading" } });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let wanted = true;
    load().then(
      (value) => wanted && setState({ key, loaded: { kind: "ready", value } }),
      (error: unknown) => wanted && setState({ key, loaded: { kind: "failed", error } }),
    );
    return () => {
      wanted = false;
    };
    // `key` names what `load` asks for.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, attempt]);
  const again = useCallback(() => setAttempt((now) => now + 1), []);
  return { loaded: state.key === key ? state.loaded : { kind: "loading" }, again };
}
