import { describe, expect, it } from "vitest";
import type { Recognizer } from "./recognition";
import { mayRecognize, SpeechCaptions } from "./recognition";

class Fake implements Recognizer {
  lang = "";
  continuous = false;
  interimResults = false;
  onresult: Recognizer["onresult"] = null;
  onend: Recognizer["onend"] = null;
  onerror: Recognizer["onerror"] = null;
  running = 0;

  start(): void {
    this.running++;
  }

  abort(): void {
    this.running = 0;
    this.onend?.();
  }

  result(resultIndex: number, ...heard: [text: string, final: boolean][]): void {
    const results = heard.map(([transcript, isFinal]) => Object.assign([{ transcript }], { isFinal }));
    this.onresult?.({ resultIndex, results });
  }
}

function speaking() {
  const fake = new Fake();
  const heard: [string, boolean][] = [];
  let failures = 0;
  const captions = new SpeechCaptions(fake, "es", (text, final) => heard.push([text, final]), () => failures++);
  return { fake, heard, captions, failures: () => failures };
}

describe("speech as captions", () => {
  it("is there only where the browser can do it", () => {
    expect(mayRecognize()).toBe(false);
  });

  it("tells what is new, as it grows and when it is whole", () => {
    const { fake, heard } = speaking();
    expect([fake.lang, fake.continuous, fake.interimResults, fake.running]).toEqual(["es", true, true, 1]);
    fake.result(0, [" la", false]);
    fake.result(0, [" la suma ", true]);
    fake.result(1, ["la suma", true], ["de", false]);
    expect(heard).toEqual([["la", false], ["la suma", true], ["de", false]]);
  });

  it("begins again by itself until it is stopped", () => {
    const { fake, captions } = speaking();
    fake.onerror?.({ error: "no-speech" });
    fake.onend?.();
    expect(fake.running).toBe(2);
    captions.stop();
    expect(fake.running).toBe(0);
  });

  it("ends and says so when it is not allowed", () => {
    const { fake, failures } = speaking();
    fake.onerror?.({ error: "not-allowed" });
    fake.onend?.();
    expect([fake.running, failures()]).toEqual([1, 1]);
  });
});
