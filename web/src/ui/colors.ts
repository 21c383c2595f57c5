/** A steady colour for each person, readable on light and dark ground and under white letters. */

const COLORS = [
  "#b4462f",
  "#8a5a00",
  "#4d6b12",
  "#12734a",
  "#0f6d7c",
  "#2563b8",
  "#5b4fc4",
  "#8b3fb0",
  "#b0306f",
  "#6b5b4d",
] as const;

export function colorOf(user: string): string {
  let hash = 0;
  for (const letter of user) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) | 0;
  return COLORS[Math.abs(hash) % COLORS.length] ?? COLORS[0];
}

export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? "")][0] ?? "");
  return letters.join("").toLocaleUpperCase();
}
