import { describe, expect, it } from "vitest";
import type { Captioned } from "../protocol/frames";
import type { Captions } from "./captions";
import { faded, heard, NO_CAPTIONS, SHOWN_SECONDS } from "./captions";

const line = (user: string, text: string, final = true): Captioned => ({
  kind: "captioned",
  user,
  name: user.toUpperCase(),
  text,
  final,
  lang: "en",
});
const after = (...events: Captioned[]): Captions => events.reduce((now, event, at) => heard(now, event, at), NO_CAPTIONS);
const texts = ({ lines }: Captions): string[] => lines.map(({ text }) => text);

describe("captions CLASS-11", () => {
  it("grow in their place until they are final, and are then another line to be read out", () => {
    const begun = after(line("ana", "the", false), line("bo", "yes", false), line("ana", "the sum", false));
    expect(texts(begun)).toEqual(["the sum", "yes"]);
    expect(begun.lines.map(({ key }) => key)).toEqual([1, 2]);
    const done = heard(begun, line("ana", "The sum."), 9);
    expect(texts(done)).toEqual(["The sum.", "yes"]);
    expect(done.lines[0]).toMatchObject({ key: 3, final: true, begun: 0, at: 9 });
    expect(texts(heard(done, line("ana", "Next"), 10))).toEqual(["The sum.", "yes", "Next"]);
  });

  it("are taken back by an empty line, and only one's own", () => {
    const begun = after(line("ana", "oops", false), line("bo", "yes", false));
    expect(texts(heard(begun, line("ana", "", false), 3))).toEqual(["yes"]);
    expect(texts(heard(begun, line("cy", "", false), 3))).toEqual(["oops", "yes"]);
  });

  it("are the last few, and fade", () => {
    const many = after(...["1", "2", "3", "4", "5", "6"].map((text) => line("ana", text)));
    expect(texts(many)).toEqual(["3", "4", "5", "6"]);
    expect(texts(faded(many, 3 + SHOWN_SECONDS))).toEqual(["5", "6"]);
    expect(faded(many, 2)).toBe(many);
  });
});
