/** What a chapter is called. */

import { labelOf } from "../class/kinds";
import type { Chapter } from "./scenes";
import type { PlaybackTexts } from "./texts";

export function chapterName(texts: PlaybackTexts, chapter: Chapter): string {
  const { t } = texts;
  switch (chapter.kind) {
    case "start":
      return t("playback.chapter.start");
    case "document":
      return labelOf(texts, chapter.doc);
    case "poll":
      return t("playback.chapter.poll", { question: chapter.question });
    case "screen":
      return t("playback.screenOf", { name: chapter.name });
  }
}
