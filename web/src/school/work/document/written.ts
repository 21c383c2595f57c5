/** A rich text (Tiptap's, in the Yjs fragment `default`) as plain nodes to show. Pure. */

import * as Y from "yjs";

export interface Words {
  kind: "words";
  text: string;
  /** Names of marks: bold, italic, underline, strike, code. */
  marks: string[];
  /** Where it leads; only to the web, or to an address of mail. */
  to: string | null;
}

export interface Block {
  kind: "block";
  /** Tiptap's name: paragraph, heading, bulletList … */
  name: string;
  level: number;
  children: Written[];
}

export type Written = Words | Block;

const SAFE = /^(https?:|mailto:)/i;

export const writtenIn = (doc: Y.Doc): Written[] => childrenOf(doc.getXmlFragment("default"));

function childrenOf(parent: Y.XmlFragment): Written[] {
  return parent.toArray().flatMap((child): Written[] => {
    if (child instanceof Y.XmlText) return wordsOf(child);
    return child instanceof Y.XmlElement ? [blockOf(child)] : [];
  });
}

function blockOf(element: Y.XmlElement): Block {
  const level = Number(element.getAttribute("level") ?? 1);
  return { kind: "block", name: element.nodeName, level: Number.isInteger(level) ? level : 1, children: childrenOf(element) };
}

function wordsOf(text: Y.XmlText): Words[] {
  const runs = text.toDelta() as { insert: unknown; attributes?: Record<string, unknown> }[];
  return runs
    .filter(({ insert }) => typeof insert === "string")
    .map(({ insert, attributes = {} }) => {
      const { link, ...marks } = attributes;
      const to = (link as { href?: unknown } | undefined)?.href;
      return {
        kind: "words",
        text: insert as string,
        marks: Object.keys(marks),
        to: typeof to === "string" && SAFE.test(to) ? to : null,
      };
    });
}
