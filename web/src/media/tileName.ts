/** What a place on the stage is called. */

import type { useI18n } from "../i18n/provider";
import type { Tile } from "./layout";

export function nameOf(t: ReturnType<typeof useI18n>["t"], tile: Tile): string {
  if (tile.screen) return tile.mine ? t("media.yourScreen") : t("media.screenOf", { name: tile.name });
  return tile.mine ? t("media.you", { name: tile.name }) : tile.name;
}
