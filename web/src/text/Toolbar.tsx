/** Formatting of the text at the caret. A native select and toggle buttons, each reachable by Tab. */

import type { Editor } from "@tiptap/core";
import { useEditorState } from "@tiptap/react";
import type { LucideIcon } from "lucide-react";
import {
  Bold,
  Code,
  Italic,
  List,
  ListOrdered,
  Minus,
  Quote,
  Redo2,
  SquareCode,
  Strikethrough,
  Underline,
  Undo2,
} from "lucide-react";
import { useI18n } from "../i18n/provider";
import type { Key } from "../i18n/en";

type Chain = ReturnType<Editor["chain"]>;

interface Tool {
  key: Key;
  icon: LucideIcon;
  /** The node or mark that shows it is on. */
  name: string;
  run(chain: Chain): Chain;
  flips?: boolean;
}

const MARKS: Tool[] = [
  { key: "text.bold", icon: Bold, name: "bold", run: (chain) => chain.toggleBold() },
  { key: "text.italic", icon: Italic, name: "italic", run: (chain) => chain.toggleItalic() },
  { key: "text.underline", icon: Underline, name: "underline", run: (chain) => chain.toggleUnderline() },
  { key: "text.strike", icon: Strikethrough, name: "strike", run: (chain) => chain.toggleStrike() },
  { key: "text.code", icon: Code, name: "code", run: (chain) => chain.toggleCode() },
];

const BLOCKS: Tool[] = [
  { key: "text.bullets", icon: List, name: "bulletList", run: (chain) => chain.toggleBulletList(), flips: true },
  { key: "text.numbers", icon: ListOrdered, name: "orderedList", run: (chain) => chain.toggleOrderedList(), flips: true },
  { key: "text.quote", icon: Quote, name: "blockquote", run: (chain) => chain.toggleBlockquote(), flips: true },
  { key: "text.codeBlock", icon: SquareCode, name: "codeBlock", run: (chain) => chain.toggleCodeBlock() },
];

const LEVELS = [1, 2, 3] as const;

export function Toolbar({ editor }: { editor: Editor }) {
  const { t } = useI18n();
  const state = useEditorState({ editor, selector: ({ editor: now }) => readState(now) });
  const chain = (): Chain => editor.chain().focus();
  const toggle = ({ key, icon: Icon, name, run, flips }: Tool) => (
    <button
      key={key}
      type="button"
      className="tool"
      aria-label={t(key)}
      title={t(key)}
      aria-pressed={state.active.includes(name)}
      onClick={() => run(chain()).run()}
    >
      <Icon aria-hidden className={flips ? "flip" : undefined} />
    </button>
  );
  return (
    <div className="text-tools" role="group" aria-label={t("text.tools")}>
      <select
        aria-label={t("text.style")}
        value={state.level}
        onChange={(event) => {
          const level = LEVELS.find((one) => one === Number(event.target.value));
          if (level === undefined) chain().setParagraph().run();
          else chain().setHeading({ level }).run();
        }}
      >
        <option value={0}>{t("text.paragraph")}</option>
        {LEVELS.map((level) => (
          <option key={level} value={level}>
            {t(`text.heading${level}`)}
          </option>
        ))}
      </select>
      <span className="tool-group">{MARKS.map(toggle)}</span>
      <span className="tool-group">
        {BLOCKS.map(toggle)}
        <button
          type="button"
          className="tool"
          aria-label={t("text.rule")}
          title={t("text.rule")}
          onClick={() => chain().setHorizontalRule().run()}
        >
          <Minus aria-hidden />
        </button>
      </span>
      <span className="tool-group">
        <button type="button" className="tool" aria-label={t("text.undo")} title={t("text.undo")} onClick={() => chain().undo().run()}>
          <Undo2 aria-hidden className="flip" />
        </button>
        <button type="button" className="tool" aria-label={t("text.redo")} title={t("text.redo")} onClick={() => chain().redo().run()}>
          <Redo2 aria-hidden className="flip" />
        </button>
      </span>
    </div>
  );
}

function readState(editor: Editor): { level: number; active: string[] } {
  return {
    level: LEVELS.find((level) => editor.isActive("heading", { level })) ?? 0,
    active: [...MARKS, ...BLOCKS].map(({ name }) => name).filter((name) => editor.isActive(name)),
  };
}
