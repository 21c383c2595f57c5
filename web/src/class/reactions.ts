/** The reactions a class knows. Drawn as icons, so that they look alike everywhere; others are shown as they come. */

import type { LucideIcon } from "lucide-react";
import { Heart, PartyPopper, Rabbit, Laugh, ThumbsDown, ThumbsUp, Turtle } from "lucide-react";

export const REACTIONS = ["👍", "👎", "❤️", "😄", "🎉", "🐢", "🐇"] as const;

export type KnownReaction = (typeof REACTIONS)[number];

export const REACTION_ICONS: Record<KnownReaction, LucideIcon> = {
  "👍": ThumbsUp,
  "👎": ThumbsDown,
  "❤️": Heart,
  "😄": Laugh,
  "🎉": PartyPopper,
  "🐢": Turtle,
  "🐇": Rabbit,
};

export const isKnown = (emoji: string): emoji is KnownReaction => (REACTIONS as readonly string[]).includes(emoji);
