/** Reacting, and the reactions of the class floating by. */

import { SmilePlus } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useI18n } from "../i18n/provider";
import type { Reaction } from "../room/session";
import { useStore } from "../ui/useStore";
import { isKnown, REACTION_ICONS, REACTIONS } from "./reactions";
import { useRoom } from "./room";

const SHOWN_MS = 4_000;
const MOST_SHOWN = 12;

export function ReactButton() {
  const { session } = useRoom();
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    const onPointerDown = (event: PointerEvent): void => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    window.addEventListener("pointerdown", onPointerDown);
    return () => window.removeEventListener("pointerdown", onPointerDown);
  }, [open]);
  return (
    <div
      className="react"
      ref={root}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        setOpen(false);
        button.current?.focus();
      }}
    >
      <button
        ref={button}
        type="button"
        className="icon-button"
        aria-label={t("reaction.show")}
        title={t("reaction.show")}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <SmilePlus aria-hidden />
      </button>
      {open && (
        <div className="react-choices" role="group" aria-label={t("reaction.show")}>
          {REACTIONS.map((emoji) => {
            const Icon = REACTION_ICONS[emoji];
            return (
              <button
                key={emoji}
                type="button"
                className="icon-button"
                aria-label={t(`reaction.${emoji}`)}
                title={t(`reaction.${emoji}`)}
                onClick={() => session.tell(["react", emoji])}
              >
                <Icon aria-hidden />
              </button>
            );
          })}
        </div>
      )}
    </div>
  );
}

export function ReactionStream() {
  const { session } = useRoom();
  const { t } = useI18n();
  const latest = useStore(session.reaction);
  const [shown, setShown] = useState<Reaction[]>([]);
  useEffect(() => {
    if (latest === null) return;
    setShown((now) => [...now, latest].slice(-MOST_SHOWN));
    setTimeout(() => setShown((now) => now.filter(({ key }) => key !== latest.key)), SHOWN_MS);
  }, [latest]);
  return (
    <ul className="reaction-stream" aria-hidden="true">
      {shown.map(({ key, name, emoji }) => {
        const Icon = isKnown(emoji) ? REACTION_ICONS[emoji] : null;
        return (
          <li key={key} className="reaction">
            {Icon === null ? <span>{emoji}</span> : <Icon />}
            <bdi>{name}</bdi>
            {isKnown(emoji) && <span className="unseen">{t(`reaction.${emoji}`)}</span>}
          </li>
        );
      })}
    </ul>
  );
}
