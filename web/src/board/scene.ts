/** Excalidraw, seen as the `Scene` the binding works on. */

import { CaptureUpdateAction, restoreElements } from "@excalidraw/excalidraw";
import type { AppState, ExcalidrawImperativeAPI } from "@excalidraw/excalidraw/types";
import type { Scene } from "./binding";
import type { SceneElement } from "./elements";
import type { ElementFields } from "./schema";

type Elements = NonNullable<Parameters<typeof restoreElements>[0]>;

export class ExcalidrawScene implements Scene {
  api: ExcalidrawImperativeAPI | null = null;

  elements(): readonly SceneElement[] {
    return this.api?.getSceneElementsIncludingDeleted() ?? [];
  }

  show(elements: SceneElement[]): void {
    this.api?.updateScene({ elements: elements as unknown as Elements, captureUpdate: CaptureUpdateAction.NEVER });
  }

  held(): ReadonlySet<string> {
    const state = this.api?.getAppState();
    return new Set(state === undefined ? [] : heldIds(state));
  }

  restore(fields: ElementFields[]): SceneElement[] {
    return restoreElements(fields as unknown as Elements, null) as unknown as SceneElement[];
  }
}

function heldIds(state: AppState): string[] {
  const dragged = state.cursorButton === "down" ? Object.keys(state.selectedElementIds) : [];
  const single = [
    state.newElement?.id,
    state.multiElement?.id,
    state.resizingElement?.id,
    state.editingTextElement?.id,
    state.editingLinearElement?.elementId,
  ];
  return [...dragged, ...single.filter((id) => id !== undefined)];
}
