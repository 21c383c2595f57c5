/** A page of a board as a picture. Loads Excalidraw, so it is loaded by itself. */

import "../../../board/assets";
import { exportToSvg, restoreElements } from "@excalidraw/excalidraw";
import { useEffect, useRef } from "react";
import type { ElementFields } from "../../../board/schema";
import { inOrder } from "../../../board/elements";
import type { SceneElement } from "../../../board/elements";

type Elements = NonNullable<Parameters<typeof restoreElements>[0]>;

export default function BoardPicture({ elements, label }: { elements: ElementFields[]; label: string }) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let wanted = true;
    const ordered = inOrder(elements as unknown as SceneElement[]) as unknown as Elements;
    const scene = {
      elements: restoreElements(ordered, null),
      appState: { exportBackground: true, viewBackgroundColor: "#ffffff" },
      files: null,
      exportPadding: 16,
      skipInliningFonts: true as const,
    };
    void exportToSvg(scene).then((svg: SVGSVGElement) => {
      if (!wanted) return;
      svg.setAttribute("aria-hidden", "true");
      frame.current?.replaceChildren(svg);
    });
    return () => {
      wanted = false;
    };
  }, [elements]);
  return <div ref={frame} className="board-picture" role="img" aria-label={label} />;
}
