/** A text of a page or a prompt, shown. */

import { blocksOf, spansOf } from "./prose";
import type { Block, Span } from "./prose";

export function Prose({ text, lang }: { text: string; lang?: string }) {
  return (
    <div className="prose" dir="auto" lang={lang}>
      {blocksOf(text).map((block, place) => (
        <Shown key={place} block={block} />
      ))}
    </div>
  );
}

/** One line of it, inside of something else. */
export function Line({ text }: { text: string }) {
  return (
    <span dir="auto">
      <Spans spans={spansOf(text)} />
    </span>
  );
}

function Shown({ block }: { block: Block }) {
  switch (block.kind) {
    case "heading": {
      const Level = `h${block.level}` as const;
      return (
        <Level>
          <Spans spans={block.spans} />
        </Level>
      );
    }
    case "paragraph":
      return (
        <p>
          <Spans spans={block.spans} />
        </p>
      );
    case "quotation":
      return (
        <blockquote>
          <Spans spans={block.spans} />
        </blockquote>
      );
    case "code":
      return (
        <pre dir="ltr" tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case "list": {
      const List = block.ordered ? "ol" : "ul";
      return (
        <List>
          {block.items.map((spans, place) => (
            <li key={place}>
              <Spans spans={spans} />
            </li>
          ))}
        </List>
      );
    }
  }
}

function Spans({ spans }: { spans: Span[] }) {
  return spans.map((span, place) => {
    switch (span.kind) {
      case "text":
        return <span key={place}>{span.text}</span>;
      case "strong":
        return <strong key={place}>{span.text}</strong>;
      case "emphasis":
        return <em key={place}>{span.text}</em>;
      case "code":
        return (
          <code key={place} dir="ltr">
            {span.text}
          </code>
        );
      case "link":
        return (
          <a key={place} href={span.to} rel="noreferrer noopener">
            {span.text}
          </a>
        );
    }
  });
}
