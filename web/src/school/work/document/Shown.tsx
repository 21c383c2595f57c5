/** A document of a class, to look at: rich text, code, or the pages of a board. */

import { lazy, Suspense } from "react";
import type * as Y from "yjs";
import { elementsOf, listPages } from "../../../board/schema";
import type { ElementFields } from "../../../board/schema";
import type { Kind } from "../../../class/kinds";
import { useTexts } from "../../texts";
import type { Written } from "./written";
import { writtenIn } from "./written";

const BoardPicture = lazy(() => import("./BoardPicture"));

interface Sheet {
  id: string;
  name: string;
  elements: ElementFields[];
}

export type View = { kind: "text"; nodes: Written[] } | { kind: "code"; text: string } | { kind: "board"; pages: Sheet[] };

/** What there is to see of a document now. */
export function viewOf(doc: Y.Doc, kind: Kind): View {
  switch (kind) {
    case "text":
      return { kind, nodes: writtenIn(doc) };
    case "code":
      return { kind, text: doc.getText("content").toString() };
    case "board":
      return { kind, pages: listPages(doc).map(({ id, name }) => ({ id, name, elements: drawn(doc, id) })) };
  }
}

function drawn(doc: Y.Doc, page: string): ElementFields[] {
  const elements = [...(elementsOf(doc, page)?.values() ?? [])].map((one) => one.toJSON() as ElementFields);
  return elements.filter((one) => one["isDeleted"] !== true);
}

export function Shown({ view }: { view: View }) {
  const { t, number } = useTexts();
  switch (view.kind) {
    case "code":
      return (
        <pre className="frozen-code" dir="ltr" tabIndex={0}>
          <code>{view.text}</code>
        </pre>
      );
    case "text":
      return (
        <div className="prose" dir="auto">
          {view.nodes.map((node, place) => (
            <Node key={place} node={node} />
          ))}
        </div>
      );
    case "board":
      return (
        <Suspense fallback={<p role="status">{t("app.loading")}</p>}>
          {view.pages.map(({ id, name, elements }, place) => (
            <figure key={id} className="stack tight frozen-board">
              <figcaption className="quiet small">
                {name === "" ? t("live.page", { number: number(place + 1) }) : <bdi>{name}</bdi>}
              </figcaption>
              <BoardPicture elements={elements} label={t("live.drawing", { count: elements.length })} />
            </figure>
          ))}
        </Suspense>
      );
  }
}

const MARKS = { bold: "strong", italic: "em", underline: "u", strike: "s", code: "code" } as const;

function Node({ node }: { node: Written }) {
  if (node.kind === "words") {
    const text = node.to === null ? node.text : <a href={node.to} rel="noreferrer noopener">{node.text}</a>;
    return node.marks.reduce<React.ReactNode>((inner, mark) => {
      const Mark = MARKS[mark as keyof typeof MARKS] as "strong" | undefined;
      return Mark === undefined ? inner : <Mark>{inner}</Mark>;
    }, text);
  }
  const inner = node.children.map((child, place) => <Node key={place} node={child} />);
  switch (node.name) {
    case "heading": {
      const Level = `h${Math.min(4, node.level + 1)}` as "h2";
      return <Level>{inner}</Level>;
    }
    case "bulletList":
      return <ul>{inner}</ul>;
    case "orderedList":
      return <ol>{inner}</ol>;
    case "listItem":
      return <li>{inner}</li>;
    case "blockquote":
      return <blockquote>{inner}</blockquote>;
    case "codeBlock":
      return (
        <pre dir="ltr" tabIndex={0}>
          <code>{inner}</code>
        </pre>
      );
    case "horizontalRule":
      return <hr />;
    case "hardBreak":
      return <br />;
    default:
      return <p>{inner}</p>;
  }
}
