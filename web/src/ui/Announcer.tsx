/** One polite live region for the page: what happens in the class is read out, one thing after the other. */

import type { ReactNode } from "react";
import { createContext, useCallback, useContext, useEffect, useRef, useState } from "react";

type Announce = (text: string) => void;

const Context = createContext<Announce>(() => undefined);

export const useAnnounce = (): Announce => useContext(Context);

/** Texts stay so long that a screen reader takes them up, and are then taken away. */
const KEEP_MS = 4_000;
const MOST_AT_ONCE = 4;

export function Announcer({ children }: { children: ReactNode }) {
  const [texts, setTexts] = useState<{ key: number; text: string }[]>([]);
  const next = useRef(0);
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());
  const announce = useCallback((text: string) => {
    const key = next.current++;
    setTexts((now) => [...now, { key, text }].slice(-MOST_AT_ONCE));
    const timer = setTimeout(() => {
      timers.current.delete(timer);
      setTexts((now) => now.filter((other) => other.key !== key));
    }, KEEP_MS);
    timers.current.add(timer);
  }, []);
  useEffect(() => {
    const running = timers.current;
    return () => running.forEach(clearTimeout);
  }, []);
  return (
    <Context.Provider value={announce}>
      {children}
      <div className="unseen" role="log" aria-live="polite" aria-atomic="false" data-testid="announcer">
        {texts.map(({ key, text }) => (
          <p key={key}>{text}</p>
        ))}
      </div>
    </Context.Provider>
  );
}
