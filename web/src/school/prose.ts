/**
 * Texts of pages and prompts: a small part of Markdown, read into blocks and spans. Pure; what is not understood stays
 * as it was written, and nothing written can become markup of the page.
 *
 *     # Heading    - list    1. list    > quotation    ``` code ```    **strong** *emphasis* `code` [words](https://…)
 */

export type Span =
  | { kind: "text" | "strong" | "emphasis" | "code"; text: string }
  | { kind: "link"; text: string; to: string };

export type Block =
  | { kind: "heading"; level: 2 | 3 | 4; spans: Span[] }
  | { kind: "paragraph" | "quotation"; spans: Span[] }
  | { kind: "list"; ordered: boolean; items: Span[][] }
  | { kind: "code"; text: string };

const HEADING = /^(#{1,6})\s+(.*)$/;
const BULLET = /^\s*[-*]\s+(.*)$/;
const NUMBER = /^\s*\d+[.)]\s+(.*)$/;
const QUOTE = /^>\s?(.*)$/;
const FENCE = /^```/;

export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let lines = text.replaceAll("\r\n", "\n").split("\n");
  while (lines.length > 0) {
    const [block, taken] = blockAt(lines);
    if (block !== null) blocks.push(block);
    lines = lines.slice(taken);
  }
  return blocks;
}

function blockAt(lines: string[]): [Block | null, number] {
  const first = lines[0] ?? "";
  if (first.trim() === "") return [null, 1];
  if (FENCE.test(first)) return codeAt(lines);
  const heading = HEADING.exec(first);
  if (heading) return [{ kind: "heading", level: levelOf(heading[1] ?? ""), spans: spansOf(heading[2] ?? "") }, 1];
  for (const [pattern, ordered] of [[BULLET, false], [NUMBER, true]] as const) {
    const items = run(lines, pattern);
    if (items.length > 0) return [{ kind: "list", ordered, items: items.map(spansOf) }, items.length];
  }
  const quoted = run(lines, QUOTE);
  if (quoted.length > 0) return [{ kind: "quotation", spans: spansOf(quoted.join("\n")) }, quoted.length];
  const end = lines.findIndex((line, place) => place > 0 && startsAnother(line));
  const own = lines.slice(0, end < 0 ? lines.length : end);
  return [{ kind: "paragraph", spans: spansOf(own.join("\n")) }, own.length];
}

/** The page's own heading is the first level. */
const levelOf = (marks: string): 2 | 3 | 4 => (marks.length <= 1 ? 2 : marks.length === 2 ? 3 : 4);

const startsAnother = (line: string): boolean =>
  line.trim() === "" || [FENCE, HEADING, BULLET, NUMBER, QUOTE].some((pattern) => pattern.test(line));

function codeAt(lines: string[]): [Block, number] {
  const end = lines.findIndex((line, place) => place > 0 && FENCE.test(line));
  const last = end < 0 ? lines.length : end;
  return [{ kind: "code", text: lines.slice(1, last).join("\n") }, Math.min(last + 1, lines.length)];
}

/** What `pattern` finds in the lines from the first on, as long as it does. */
function run(lines: string[], pattern: RegExp): string[] {
  const found: string[] = [];
  for (const line of lines) {
    const match = pattern.exec(line);
    if (match === null) break;
    found.push(match[1] ?? "");
  }
  return found;
}

const SPAN = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\((https?:\/\/[^\s)]+|\/[^\s)]*)\)/g;

export function spansOf(text: string): Span[] {
  const spans: Span[] = [];
  let done = 0;
  for (const match of text.matchAll(SPAN)) {
    if (match.index > done) spans.push({ kind: "text", text: text.slice(done, match.index) });
    spans.push(spanOf(match));
    done = match.index + match[0].length;
  }
  if (done < text.length) spans.push({ kind: "text", text: text.slice(done) });
  return spans;
}

function spanOf([, code, strong, emphasis, words, to]: RegExpMatchArray): Span {
  if (code !== undefined) return { kind: "code", text: code };
  if (strong !== undefined) return { kind: "strong", text: strong };
  if (emphasis !== undefined) return { kind: "emphasis", text: emphasis };
  return { kind: "link", text: words ?? "", to: to ?? "/" };
}
