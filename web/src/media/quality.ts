/** How well media comes and goes, from two looks at a connection's own figures. Pure. */

export type Quality = "unknown" | "good" | "fair" | "poor" | "lost";

/** Sums over one connection, counted from its beginning. */
export interface Counts {
  /** Milliseconds. */
  at: number;
  received: number;
  lost: number;
  bytes: number;
  frames: number;
  /** Seconds that pictures stood still. */
  frozen: number;
  /** Seconds; 0: not known. */
  roundTrip: number;
  connected: boolean;
}

export interface Look {
  quality: Quality;
  /** Share of packets, 0 to 1. */
  loss: number;
  /** Bits a second. */
  bitrate: number;
  /** Seconds. */
  roundTrip: number;
}

export const UNSEEN: Look = { quality: "unknown", loss: 0, bitrate: 0, roundTrip: 0 };

const FAIR = { loss: 0.03, roundTrip: 0.3, frozen: 0.05 };
const POOR = { loss: 0.1, roundTrip: 0.8, frozen: 0.25 };

export function look(before: Counts | null, now: Counts): Look {
  if (before === null || now.at <= before.at) return UNSEEN;
  const seconds = (now.at - before.at) / 1000;
  const packets = now.received - before.received;
  const lost = Math.max(0, now.lost - before.lost);
  const loss = packets + lost > 0 ? lost / (packets + lost) : 0;
  const frozen = Math.max(0, now.frozen - before.frozen) / seconds;
  const bitrate = (Math.max(0, now.bytes - before.bytes) * 8) / seconds;
  return { quality: grade(now.connected, loss, now.roundTrip, frozen), loss, bitrate, roundTrip: now.roundTrip };
}

function grade(connected: boolean, loss: number, roundTrip: number, frozen: number): Quality {
  if (!connected) return "lost";
  if (loss >= POOR.loss || roundTrip >= POOR.roundTrip || frozen >= POOR.frozen) return "poor";
  if (loss >= FAIR.loss || roundTrip >= FAIR.roundTrip || frozen >= FAIR.frozen) return "fair";
  return "good";
}

/** Looks in a row that were poor: after so many, going on without pictures is offered. */
const OFFER_AFTER = 4;

export interface Patience {
  poor: number;
  good: number;
}

export const CALM: Patience = { poor: 0, good: 0 };

export function patience(before: Patience, quality: Quality): Patience {
  if (quality === "poor" || quality === "lost") return { poor: before.poor + 1, good: 0 };
  return { poor: 0, good: before.good + 1 };
}

export const offersAudioOnly = ({ poor }: Patience): boolean => poor >= OFFER_AFTER;
