/** Lines of captions, live or of a recording. A line that still grows is for the eye alone: whole ones are read out. */

import "./captions.css";
import type { CaptionSize } from "./captionChoice";

export interface ShownLine {
  key: string | number;
  user: string;
  name: string;
  text: string;
  lang: string;
  final: boolean;
}

interface Props {
  lines: readonly ShownLine[];
  size: CaptionSize;
  label: string;
  /** Whether new lines are read out. */
  live: boolean;
}

export function CaptionLines({ lines, size, label, live }: Props) {
  return (
    <div
      className={`caption-lines ${size}`}
      role={live ? "log" : "group"}
      aria-live={live ? "polite" : undefined}
      aria-label={label}
      data-testid="captions"
    >
      {lines.map(({ key, user, name, text, lang, final }, at) => (
        <p key={key} className={final ? undefined : "growing"} aria-hidden={!final || undefined}>
          {lines[at - 1]?.user !== user && <bdi className="caption-name">{name}</bdi>}
          <span dir="auto" lang={lang || undefined}>
            {text}
          </span>
        </p>
      ))}
    </div>
  );
}
