import { describe, expect, it } from "vitest";
import { deviceOf, inOrder, isHandheld } from "./sessions";
import type { OpenSession } from "./shapes";

const CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0";
const AGENTS: [string, string | null, string | null][] = [
  [`Mozilla/5.0 (X11; Linux x86_64) ${CHROME} Safari/537.36`, "Chrome", "Linux"],
  [`Mozilla/5.0 (X11; Linux x86_64) ${CHROME.replace("Chrome", "HeadlessChrome")} Safari/537.36`, "Chrome", "Linux"],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36 Edg/138.0.0.0`, "Edge", "Windows"],
  [`Mozilla/5.0 (Linux; Android 14; SM-S918B) ${CHROME} Mobile Safari/537.36`, "Chrome", "Android"],
  [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${CHROME} Safari/537.36 OPR/110.0`, "Opera", "ChromeOS"],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux"],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    "Safari",
    "macOS",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/138.0 Mobile/15E148 Safari/604.1",
    "Chrome",
    "iOS",
  ],
  ["python-httpx/0.28.1", "python-httpx", null],
  ["curl/8.5.0", "curl", null],
  ["Mozilla/5.0 (something new)", null, null],
  ["", null, null],
];

describe("where somebody is signed in", () => {
  it.each(AGENTS)("is told from %s", (agent, browser, system) => {
    expect(deviceOf(agent)).toEqual({ browser, system });
  });

  it("knows what is held in a hand", () => {
    expect(isHandheld({ browser: "Chrome", system: "Android" })).toBe(true);
    expect(isHandheld({ browser: "Chrome", system: "Linux" })).toBe(false);
    expect(isHandheld({ browser: null, system: null })).toBe(false);
  });

  it("is listed from here to what was used longest ago", () => {
    const session = (id: string, refreshed_at: string, current = false): OpenSession => ({
      ...{ id, refreshed_at, current, kind: "cookie", agent: "", created_at: refreshed_at },
    });
    const found = inOrder([
      session("old", "2026-01-01T00:00:00Z"),
      session("new", "2026-03-01T00:00:00Z"),
      session("here", "2026-02-01T00:00:00Z", true),
    ]);
    expect(found.map(({ id }) => id)).toEqual(["here", "new", "old"]);
  });
});
