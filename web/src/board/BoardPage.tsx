/** One page of a board in Excalidraw. Mounted anew for each page. */

import { CaptureUpdateAction, Excalidraw, MainMenu } from "@excalidraw/excalidraw";
import "@excalidraw/excalidraw/index.css";
import "./board.css";
import type { AppState, ExcalidrawImperativeAPI, ExcalidrawProps } from "@excalidraw/excalidraw/types";
import type { DragEvent } from "react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { EditorProps } from "../class/editor";
import { useI18n } from "../i18n/provider";
import type { Lang } from "../i18n/translate";
import { takesPart } from "../room/roles";
import { theme } from "../theme/preferences";
import { useStore } from "../ui/useStore";
import { PageBinding } from "./binding";
import { collaborators, selectedIds } from "./cursors";
import { keepMended } from "./mend";
import { ExcalidrawScene } from "./scene";
import type { ElementsMap } from "./schema";
import type { Viewport } from "./viewport";
import { isSameView, toPlace, toViewport } from "./viewport";

const LANGUAGE_CODES: Record<Lang, string> = { en: "en", es: "es-ES", ar: "ar-SA" };

/** A view that moves so shortly after a hand did something was moved by it. */
const BY_HAND_MS = 700;

const OPTIONS: ExcalidrawProps["UIOptions"] = {
  canvasActions: {
    changeViewBackgroundColor: false,
    clearCanvas: false,
    export: false,
    loadScene: false,
    saveToActiveFile: false,
    saveAsImage: true,
    toggleTheme: false,
  },
  tools: { image: false },
};

interface Props extends EditorProps {
  page: string;
  elements: ElementsMap;
}

export default function BoardPage({ document, writable, me, lead, page, elements }: Props) {
  const { lang, t } = useI18n();
  const dark = useStore(theme);
  const [api, setApi] = useState<ExcalidrawImperativeAPI | null>(null);
  const scene = useMemo(() => new ExcalidrawScene(), []);
  const binding = useBinding(scene, elements, writable);
  const initialData = useMemo(
    () => ({ elements: binding.initial() as never, scrollToContent: true, appState: { viewBackgroundColor: "#ffffff" } }),
    [binding],
  );
  const { onScroll, onHand } = useFollowing(api, page, lead);
  useOthers(api, document.awareness, page);

  const onApi = useCallback(
    (ready: ExcalidrawImperativeAPI) => {
      scene.api = ready;
      setApi(ready);
    },
    [scene],
  );
  const root = useRef<HTMLDivElement>(null);
  const menuName = t("board.menu");
  useEffect(() => (root.current === null ? undefined : keepMended(root.current, { menu: menuName })), [menuName]);
  const presents = takesPart(me.role);
  const selection = useRef("");
  const onChange = useCallback(
    (_elements: unknown, state: AppState) => {
      binding.changed();
      const selected = selectedIds(state.selectedElementIds);
      if (!presents || selected.join() === selection.current) return;
      selection.current = selected.join();
      document.awareness.setLocalStateField("selected", selected);
    },
    [binding, document, presents],
  );
  const onPointerUpdate = useCallback<NonNullable<ExcalidrawProps["onPointerUpdate"]>>(
    ({ pointer, button }) => {
      if (!presents) return;
      const { x, y, tool } = pointer;
      const state = document.awareness.getLocalState() ?? {};
      document.awareness.setLocalState({ ...state, page, pointer: { x: Math.round(x), y: Math.round(y), tool }, button });
    },
    [document, page, presents],
  );
  return (
    <div
      className="board-canvas"
      ref={root}
      role="region"
      aria-label={t("board.label")}
      onDropCapture={refuseFiles}
      onWheelCapture={onHand}
      onPointerDownCapture={onHand}
      onTouchMoveCapture={onHand}
      onKeyDownCapture={onHand}
    >
      <Excalidraw
        excalidrawAPI={onApi}
        initialData={initialData}
        onChange={onChange}
        onPointerUpdate={onPointerUpdate}
        onScrollChange={onScroll}
        isCollaborating
        langCode={LANGUAGE_CODES[lang]}
        theme={dark}
        viewModeEnabled={!writable}
        UIOptions={OPTIONS}
        validateEmbeddable={false}
        aiEnabled={false}
        handleKeyboardGlobally={false}
      >
        <MainMenu>
          <MainMenu.DefaultItems.SaveAsImage />
          <MainMenu.DefaultItems.SearchMenu />
          <MainMenu.DefaultItems.Help />
        </MainMenu>
      </Excalidraw>
    </div>
  );
}

/** A drawing dropped from outside would take the place of everything on the page. */
function refuseFiles(event: DragEvent): void {
  if (event.dataTransfer.files.length === 0) return;
  event.preventDefault();
  event.stopPropagation();
}

function useBinding(scene: ExcalidrawScene, elements: ElementsMap, writable: boolean): PageBinding {
  const binding = useMemo(() => new PageBinding(elements, scene, false), [elements, scene]);
  useEffect(() => binding.setWritable(writable), [binding, writable]);
  // A layout effect ends before Excalidraw is taken down, so the last changes are still in the scene.
  useLayoutEffect(() => () => binding.destroy(), [binding]);
  return binding;
}

/** Draws the others' cursors whenever awareness changes. */
function useOthers(api: ExcalidrawImperativeAPI | null, awareness: EditorProps["document"]["awareness"], page: string): void {
  useEffect(() => {
    if (api === null) return;
    const show = (): void => {
      api.updateScene({ collaborators: collaborators(awareness, page), captureUpdate: CaptureUpdateAction.NEVER });
    };
    show();
    awareness.on("change", show);
    return () => awareness.off("change", show);
  }, [api, awareness, page]);
}

/** Reports the view while leading, moves it while following, and tells when this person moved it themselves. */
function useFollowing(
  api: ExcalidrawImperativeAPI | null,
  page: string,
  lead: EditorProps["lead"],
): { onScroll: NonNullable<ExcalidrawProps["onScrollChange"]>; onHand(): void } {
  const { following, report, wander } = lead;
  const wanted = useRef<Viewport | null>(null);
  const handAt = useRef(-Infinity);
  useEffect(() => {
    if (api === null || following === null || following.page !== page) {
      wanted.current = null;
      return;
    }
    const { width, height } = api.getAppState();
    wanted.current = toViewport(following, width, height);
    show(api, wanted.current);
  }, [api, following, page]);
  useEffect(() => {
    if (api !== null && report !== null) report(toPlace(viewOf(api), page));
  }, [api, report, page]);
  const onScroll = useCallback<NonNullable<ExcalidrawProps["onScrollChange"]>>(
    (scrollX, scrollY, zoom) => {
      if (api === null) return;
      const { width, height } = api.getAppState();
      const view = { scrollX, scrollY, zoom: zoom.value, width, height };
      report?.(toPlace(view, page));
      if (wanted.current === null || isSameView(view, wanted.current)) return;
      if (performance.now() - handAt.current < BY_HAND_MS) wander();
      else requestAnimationFrame(() => wanted.current && show(api, wanted.current));
    },
    [api, page, report, wander],
  );
  const onHand = useCallback(() => {
    handAt.current = performance.now();
  }, []);
  return { onScroll, onHand };
}

function viewOf(api: ExcalidrawImperativeAPI): Viewport {
  const { scrollX, scrollY, zoom, width, height } = api.getAppState();
  return { scrollX, scrollY, zoom: zoom.value, width, height };
}

function show(api: ExcalidrawImperativeAPI, view: Viewport): void {
  if (isSameView(viewOf(api), view)) return;
  api.updateScene({
    appState: { scrollX: view.scrollX, scrollY: view.scrollY, zoom: { value: view.zoom as never } },
    captureUpdate: CaptureUpdateAction.NEVER,
  });
}
