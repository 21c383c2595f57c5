/** A shared rich text. Its Yjs root is the XML fragment `default`, as Tiptap has it everywhere. */

import "./text.css";
import Collaboration from "@tiptap/extension-collaboration";
import { EditorContent, useEditor } from "@tiptap/react";
import StarterKit from "@tiptap/starter-kit";
import type { CSSProperties } from "react";
import { useEffect, useRef } from "react";
import type { EditorProps } from "../class/editor";
import { usePresence } from "../class/editor";
import { useScrollFollowing } from "../class/scrolling";
import { useI18n } from "../i18n/provider";
import { carets } from "./carets";
import { Toolbar } from "./Toolbar";

export default function TextEditor({ document, writable, me, lead }: EditorProps) {
  const { t } = useI18n();
  const scroller = useRef<HTMLDivElement>(null);
  usePresence(document, me);
  useScrollFollowing(scroller, lead);
  const label = t("text.label");
  const editor = useEditor(
    {
      extensions: [
        StarterKit.configure({
          undoRedo: false,
          link: { openOnClick: false, HTMLAttributes: { rel: "noopener noreferrer" } },
        }),
        Collaboration.configure({ document: document.doc }),
        carets(document.awareness),
      ],
      editable: writable,
      editorProps: { attributes: { role: "textbox", "aria-multiline": "true", "aria-label": label, dir: "auto" } },
    },
    [document, label],
  );
  useEffect(() => {
    editor?.setEditable(writable, false);
  }, [editor, writable]);
  return (
    <div className="text-document">
      {writable && editor && <Toolbar editor={editor} />}
      <div className="text-scroll" ref={scroller} style={{ "--empty": JSON.stringify(t("text.empty")) } as CSSProperties}>
        <EditorContent editor={editor} className="text-page" />
      </div>
    </div>
  );
}
