/** The one clock of a playback: everything shown and heard follows it. Pure: the time of day is handed in (seconds). */

export interface Clock {
  /** Where it stood at `since`. */
  at: number;
  since: number;
  speed: number;
  /** It moves: playing is wanted, and nothing has to be waited for. */
  moving: boolean;
  end: number;
}

export const SPEEDS: readonly number[] = [0.5, 0.75, 1, 1.25, 1.5, 2];

export const newClock = (end: number): Clock => ({ at: 0, since: 0, speed: 1, moving: false, end });

export function positionOf({ at, since, speed, moving, end }: Clock, now: number): number {
  return moving ? Math.min(end, at + (now - since) * speed) : at;
}

/** The clock from here on with something changed. */
export function changed(clock: Clock, now: number, change: Partial<Pick<Clock, "at" | "speed" | "moving">>): Clock {
  const at = Math.min(clock.end, Math.max(0, change.at ?? positionOf(clock, now)));
  return { ...clock, ...change, at, since: now };
}

/** What an element that plays one file has to do to follow. */
export type Steer = { seek: number } | { rate: number };

/** Past so many seconds it jumps, */
const JUMP = 0.4;
/** and past so many it runs a little faster or slower; while nothing moves it stands exactly. */
const DRIFT = 0.06;
const STANDING = 0.03;
const GENTLY = 0.06;

/** `at`: where the element is; `target`: where it should be, both in its file. */
export function steer(at: number, target: number, speed: number, moving: boolean): Steer {
  const ahead = at - target;
  if (Math.abs(ahead) > (moving ? JUMP * Math.max(1, speed) : STANDING)) return { seek: target };
  if (!moving || Math.abs(ahead) <= DRIFT) return { rate: speed };
  return { rate: speed * (ahead > 0 ? 1 - GENTLY : 1 + GENTLY) };
}

/** `1:02:03` or `2:03`; `digits` writes a number with at least so many digits. */
export function clockTime(seconds: number, digits: (value: number, least: number) => string): string {
  const whole = Math.floor(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = digits(whole % 60, 2);
  return hours > 0 ? `${digits(hours, 1)}:${digits(minutes, 2)}:${rest}` : `${digits(minutes, 1)}:${rest}`;
}
