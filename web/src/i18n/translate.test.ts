import { describe, expect, it } from "vitest";
import { accountAr } from "./account.ar";
import type { AccountKey } from "./account.en";
import { accountEn } from "./account.en";
import { accountEs } from "./account.es";
import { ar } from "./ar";
import type { Key, Plural } from "./en";
import { en } from "./en";
import { es } from "./es";
import { learnAr } from "./learn.ar";
import type { LearnKey } from "./learn.en";
import { learnEn } from "./learn.en";
import { learnEs } from "./learn.es";
import { manageAr } from "./manage.ar";
import type { ManageKey } from "./manage.en";
import { manageEn } from "./manage.en";
import { manageEs } from "./manage.es";
import { playbackAr } from "./playback.ar";
import type { PlaybackKey } from "./playback.en";
import { playbackEn } from "./playback.en";
import { playbackEs } from "./playback.es";
import { schoolAr } from "./school.ar";
import type { SchoolKey } from "./school.en";
import { schoolEn } from "./school.en";
import { schoolEs } from "./school.es";
import type { Entries, Lang } from "./translate";
import { chooseLanguage, directionOf, translate } from "./translate";

type AnyKey = Key | SchoolKey | ManageKey | LearnKey | AccountKey | PlaybackKey;
const english: Entries<AnyKey> = { ...en, ...schoolEn, ...manageEn, ...learnEn, ...accountEn, ...playbackEn };
const catalogues: [Lang, Entries<AnyKey>][] = [
  ["en", english],
  ["es", { ...es, ...schoolEs, ...manageEs, ...learnEs, ...accountEs, ...playbackEs }],
  ["ar", { ...ar, ...schoolAr, ...manageAr, ...learnAr, ...accountAr, ...playbackAr }],
];
const texts = (entry: string | Plural): string[] => (typeof entry === "string" ? [entry] : Object.values(entry));
const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "").sort();

describe.each(catalogues)("the catalogue %s", (lang, catalogue) => {
  const keys = Object.keys(english) as AnyKey[];

  it("has a text for every key, with the holes English has", () => {
    for (const key of keys) {
      for (const text of texts(catalogue[key])) {
        expect(text.trim(), key).not.toBe("");
        const wanted = holes(texts(english[key]).at(-1) ?? "");
        if (!(typeof catalogue[key] === "object")) expect(holes(text), key).toEqual(wanted);
        else expect(wanted).toEqual(expect.arrayContaining(holes(text)));
      }
    }
  });

  it("has no key in two catalogues", () => {
    const all = [en, schoolEn, manageEn, learnEn, accountEn, playbackEn].flatMap((one) => Object.keys(one));
    expect(all.length).toBe(new Set(all).size);
  });

  it("has every plural form its language needs", () => {
    const forms = new Intl.PluralRules(lang).resolvedOptions().pluralCategories;
    for (const key of keys) {
      const entry = catalogue[key];
      expect(typeof entry, key).toBe(typeof english[key]);
      if (typeof entry === "object") expect(Object.keys(entry).sort(), key).toEqual([...forms].sort());
    }
  });
});

describe("translate", () => {
  it("fills in values and chooses plurals", () => {
    expect(translate(en, "en", "people.count", { count: 1 })).toBe("1 person here");
    expect(translate(en, "en", "people.count", { count: 1234 })).toBe("1,234 people here");
    expect(translate(ar, "ar", "poll.votes", { count: 2 })).toBe("صوتان");
    expect(translate(es, "es", "chat.said", { name: "Ana", text: "{x}" })).toBe("Ana escribe: {x}");
  });

  it("chooses a language and its direction", () => {
    expect(chooseLanguage(["fr-FR", "es-MX", "en"])).toBe("es");
    expect(chooseLanguage(["zh"])).toBe("en");
    expect(directionOf("ar")).toBe("rtl");
  });
});
