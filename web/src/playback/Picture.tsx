/** A file's picture; the element is the player's and only hung in here. */

import { useEffect, useRef } from "react";
import type { Player } from "./player";
import type { TrackFile } from "./tape";

export function Picture({ player, file, label }: { player: Player; file: TrackFile; label: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = player.element(file);
    element.setAttribute("aria-label", label);
    place.current?.replaceChildren(element);
    return () => element.remove();
  }, [player, file, label]);
  return <div className="picture" ref={place} data-file={file.name} />;
}
