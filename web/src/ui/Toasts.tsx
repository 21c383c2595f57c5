/** Short words that come, are read out, and go. */

import type { ReactNode } from "react";
import { createContext, useCallback, useContext, useEffect, useRef, useState } from "react";

type Toast = (text: string) => void;

const Context = createContext<Toast>(() => undefined);

export const useToast = (): Toast => useContext(Context);

const SHOWN_MS = 6_000;

export function Toasts({ children }: { children: ReactNode }) {
  const [text, setText] = useState("");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const toast = useCallback((words: string) => {
    clearTimeout(timer.current);
    setText(words);
    timer.current = setTimeout(() => setText(""), SHOWN_MS);
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <Context.Provider value={toast}>
      {children}
      <div className="toasts" role="status">
        {text !== "" && <p className="toast">{text}</p>}
      </div>
    </Context.Provider>
  );
}
