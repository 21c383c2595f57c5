/** A shared code file: Yjs roots `content` (text) and `meta` (map: the language everybody sees it in). */

import "./code.css";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { useEffect, useId, useRef, useState, useSyncExternalStore } from "react";
import { yCollab, yUndoManagerKeymap } from "y-codemirror.next";
import * as Y from "yjs";
import type { EditorProps } from "../class/editor";
import { usePresence } from "../class/editor";
import { useScrollFollowing } from "../class/scrolling";
import { useI18n } from "../i18n/provider";
import { baseExtensions } from "./editor";
import { DEFAULT_LANGUAGE, LANGUAGES, loadLanguage, PLAIN } from "./languages";

export default function CodeEditor({ document, writable, me, lead }: EditorProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const host = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLElement | null>(null);
  const [view, setView] = useState<EditorView | null>(null);
  const [parts] = useState(() => ({ language: new Compartment(), rights: new Compartment() }));
  const language = useLanguage(document.doc);
  const hintId = useId();
  usePresence(document, me);

  useEffect(() => {
    const text = document.doc.getText("content");
    const undoManager = new Y.UndoManager(text);
    const made = new EditorView({
      parent: host.current ?? undefined,
      state: EditorState.create({
        doc: text.toString(),
        extensions: [
          parts.language.of([]),
          parts.rights.of([]),
          keymap.of(yUndoManagerKeymap),
          baseExtensions(i18n),
          yCollab(text, document.awareness, { undoManager }),
        ],
      }),
    });
    scroller.current = made.scrollDOM;
    setView(made);
    return () => {
      made.destroy();
      undoManager.destroy();
      scroller.current = null;
    };
  }, [document, i18n, parts]);

  useEffect(() => {
    view?.dispatch({
      effects: parts.rights.reconfigure([
        EditorState.readOnly.of(!writable),
        EditorView.contentAttributes.of({ "aria-readonly": String(!writable) }),
      ]),
    });
  }, [view, writable, parts]);

  useEffect(() => {
    let wanted = true;
    void loadLanguage(language).then((extension) => {
      if (wanted) view?.dispatch({ effects: parts.language.reconfigure(extension) });
    });
    return () => {
      wanted = false;
    };
  }, [view, language, parts]);

  return (
    <div className="code-document">
      <div className="code-tools">
        <label>
          <span>{t("code.language")}</span>
          <select
            value={language}
            disabled={!writable}
            onChange={(event) => document.doc.getMap("meta").set("language", event.target.value)}
          >
            <option value={PLAIN}>{t("code.plain")}</option>
            {LANGUAGES.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {writable && (
          <p className="quiet small code-hint" id={hintId}>
            {t("code.tabHint")}
          </p>
        )}
      </div>
      <div className="code-host" ref={host} dir="ltr" />
      {view && <Following scroller={scroller} lead={lead} />}
    </div>
  );
}

/** Mounted once the editor is, so that there is something to scroll. */
function Following(props: { scroller: Parameters<typeof useScrollFollowing>[0]; lead: EditorProps["lead"] }) {
  useScrollFollowing(props.scroller, props.lead);
  return null;
}

function useLanguage(doc: Y.Doc): string {
  const [source] = useState(() => {
    const meta = doc.getMap("meta");
    return {
      subscribe: (notify: () => void) => {
        meta.observe(notify);
        return () => meta.unobserve(notify);
      },
      get: () => String(meta.get("language") ?? DEFAULT_LANGUAGE),
    };
  });
  return useSyncExternalStore(source.subscribe, source.get);
}
