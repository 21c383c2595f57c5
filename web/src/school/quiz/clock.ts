/** How long an attempt still has, by the server's clock, and when to say so. Pure; milliseconds. */

export interface QuizClock {
  endsAt: number | null;
  /** The server's clock less this device's. */
  ahead: number;
}

export const clockOf = (endsAt: string | null, serverNow: string, deviceNow: number): QuizClock => ({
  endsAt: endsAt === null ? null : Date.parse(endsAt),
  ahead: Date.parse(serverNow) - deviceNow,
});

/** Null: there is no limit. Never below 0. */
export const remaining = ({ endsAt, ahead }: QuizClock, deviceNow: number): number | null =>
  endsAt === null ? null : Math.max(0, endsAt - (deviceNow + ahead));

/** A screen reader hears of these and of no other second. */
const SAID_AT_S: readonly number[] = [1800, 600, 300, 60, 30, 10];

/** The mark that was passed between two looks at the clock, in seconds; null: none. The lowest of several. */
export function passed(before: number, after: number): number | null {
  const found = SAID_AT_S.filter((mark) => before > mark * 1000 && after <= mark * 1000);
  return found.at(-1) ?? null;
}

/** `1:02:03` or `2:03`, as on a stopwatch; read with its unit by `parts`. */
export function stopwatch(ms: number, number: (value: number, digits: number) => string): string {
  const [hours, minutes, seconds] = parts(ms);
  const tail = `${number(minutes, hours > 0 ? 2 : 1)}:${number(seconds, 2)}`;
  return hours > 0 ? `${number(hours, 1)}:${tail}` : tail;
}

/** Hours, minutes and seconds, seconds rounded up: at 0:00 it is over. */
export function parts(ms: number): [number, number, number] {
  const whole = Math.ceil(ms / 1000);
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
}
