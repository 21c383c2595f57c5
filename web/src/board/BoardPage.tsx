/** One page of a board in Excalidraw. Mounted anew for each page. */

import "./assets";
import { CaptureUpdateAction, Excalidraw, MainMenu } from "@excalidraw/excalidraw";
import "@excalidraw/excalidraw/index.css";
import "./board.css";
import type { AppState, ExcalidrawImperativeAPI, ExcalidrawProps } from "@excalidraw/excalidraw/types";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { EditorProps } from "../class/editor";
import { useI18n } from "../i18n/provider";
import type { Lang } from "../i18n/translate";
import { takesPart } from "../room/roles";
import { theme } from "../theme/preferences";
import { useStore } from "../ui/useStore";
import { PageBinding } from "./binding";
import { collaborators, selectedIds } from "./cursors";
import { ExcalidrawScene } from "./scene";
import type { ElementsMap } from "./schema";
import type { Viewport } from "./viewport";
import { isSameView, toPlace, toViewport } from "./viewport";

const LANGUAGE_CODES: Record<Lang, string> = { en: "en", es: "es-ES", ar: "ar-SA" };

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
  const viewport = useFollowing(api, page, lead);
  useOthers(api, document.awareness, page);

  const onApi = useCallback(
    (ready: ExcalidrawImperativeAPI) => {
      scene.api = ready;
      setApi(ready);
    },
    [scene],
  );
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
    <div className="board-canvas" role="region" aria-label={t("board.label")} dir={lang === "ar" ? "rtl" : "ltr"}>
      <Excalidraw
        excalidrawAPI={onApi}
        initialData={initialData}
        onChange={onChange}
        onPointerUpdate={onPointerUpdate}
        onScrollChange={viewport}
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

function useBinding(scene: ExcalidrawScene, elements: ElementsMap, writable: boolean): PageBinding {
  const binding = useMemo(() => new PageBinding(elements, scene, false), [elements, scene]);
  useEffect(() => binding.setWritable(writable), [binding, writable]);
  useEffect(() => () => binding.destroy(), [binding]);
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
): NonNullable<ExcalidrawProps["onScrollChange"]> {
  const { following, report, wander } = lead;
  const wanted = useRef<Viewport | null>(null);
  useEffect(() => {
    if (api === null || following === null || following.page !== page) {
      wanted.current = null;
      return;
    }
    const { width, height } = api.getAppState();
    const view = toViewport(following, width, height);
    wanted.current = view;
    api.updateScene({
      appState: { scrollX: view.scrollX, scrollY: view.scrollY, zoom: { value: view.zoom as never } },
      captureUpdate: CaptureUpdateAction.NEVER,
    });
  }, [api, following, page]);
  useEffect(() => {
    if (api === null || report === null) return;
    const { scrollX, scrollY, zoom, width, height } = api.getAppState();
    report(toPlace({ scrollX, scrollY, zoom: zoom.value, width, height }, page));
  }, [api, report, page]);
  return useCallback(
    (scrollX, scrollY, zoom) => {
      if (api === null) return;
      const { width, height } = api.getAppState();
      const view = { scrollX, scrollY, zoom: zoom.value, width, height };
      report?.(toPlace(view, page));
      const target = wanted.current;
      if (target !== null && target.width === width && !isSameView(view, target)) wander();
    },
    [api, page, report, wander],
  );
}
