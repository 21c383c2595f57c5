/** Languages the code editor colours; each is loaded when it is first chosen. */

import type { Extension } from "@codemirror/state";

export interface Language {
  id: string;
  /** A proper name, the same in every tongue. */
  name: string;
  load(): Promise<Extension>;
}

export const LANGUAGES: readonly Language[] = [
  { id: "python", name: "Python", load: async () => (await import("@codemirror/lang-python")).python() },
  {
    id: "javascript",
    name: "JavaScript",
    load: async () => (await import("@codemirror/lang-javascript")).javascript({ jsx: true }),
  },
  {
    id: "typescript",
    name: "TypeScript",
    load: async () => (await import("@codemirror/lang-javascript")).javascript({ jsx: true, typescript: true }),
  },
  { id: "java", name: "Java", load: async () => (await import("@codemirror/lang-java")).java() },
  { id: "cpp", name: "C / C++", load: async () => (await import("@codemirror/lang-cpp")).cpp() },
  { id: "rust", name: "Rust", load: async () => (await import("@codemirror/lang-rust")).rust() },
  { id: "html", name: "HTML", load: async () => (await import("@codemirror/lang-html")).html() },
  { id: "css", name: "CSS", load: async () => (await import("@codemirror/lang-css")).css() },
  { id: "sql", name: "SQL", load: async () => (await import("@codemirror/lang-sql")).sql() },
  { id: "json", name: "JSON", load: async () => (await import("@codemirror/lang-json")).json() },
  { id: "markdown", name: "Markdown", load: async () => (await import("@codemirror/lang-markdown")).markdown() },
];

export const DEFAULT_LANGUAGE = "python";
export const PLAIN = "plain";

export async function loadLanguage(id: string): Promise<Extension> {
  return (await LANGUAGES.find((language) => language.id === id)?.load()) ?? [];
}
