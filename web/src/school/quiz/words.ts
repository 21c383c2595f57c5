/** Counting words as the server does: runs of what is not white space. */
export const wordCount = (text: string): number => text.split(/\s+/).filter(Boolean).length;

/** A list with the entry at `place` moved by `step`; the same list where there is nowhere to go. */
export function moved<T>(list: readonly T[], place: number, step: -1 | 1): readonly T[] {
  const target = place + step;
  if (target < 0 || target >= list.length) return list;
  const next = [...list];
  [next[place], next[target]] = [next[target] as T, next[place] as T];
  return next;
}
