import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { format } from "../src/i18n/i18n.ts";
import { parseMessage, placeholders } from "../src/i18n/icu.ts";

const read = (language: string): Record<string, string> =>
  JSON.parse(
    readFileSync(new URL(`../src/i18n/${language}.json`, import.meta.url), "utf8"),
  ) as Record<string, string>;
const english = read("en");
const say = (language: string, key: string, values: Record<string, string | number>): string =>
  format(
    parseMessage(read(language)[key] ?? "", key),
    values,
    new Intl.PluralRules(language),
    new Intl.NumberFormat(language),
  );

describe.each(["ja", "fr"])("the catalogue of %s", (language) => {
  const other = read(language);

  it("has the keys of the English one", () => {
    expect(Object.keys(other).sort()).toEqual(Object.keys(english).sort());
  });

  it("names the same values in every message", () => {
    for (const [key, text] of Object.entries(english)) {
      expect([key, placeholders(parseMessage(other[key] ?? "", key))]).toEqual([
        key,
        placeholders(parseMessage(text, key)),
      ]);
    }
  });
});

it("no message is empty or shouts", () => {
  for (const language of ["en", "ja", "fr"]) {
    for (const [key, text] of Object.entries(read(language))) {
      expect(text.trim(), `${language} ${key}`).not.toBe("");
      expect(text, `${language} ${key}`).not.toMatch(/[!!]/);
    }
  }
});

it("French has a narrow no-break space before what asks for one, and no straight apostrophe", () => {
  for (const [key, text] of Object.entries(read("fr"))) {
    expect(text, key).not.toMatch(/[^\u202f][?;:»]|«[^\u202f]|'/u);
  }
});

it("Japanese has full-width signs", () => {
  for (const [key, text] of Object.entries(read("ja"))) expect(text, key).not.toMatch(/[():?]/);
});

describe("plurals", () => {
  it.each([
    ["en", 0, "0 members"],
    ["en", 1, "1 member"],
    ["en", 2, "2 members"],
    ["en", 1043, "1,043 members"],
    ["fr", 0, "0 membre"],
    ["fr", 1, "1 membre"],
    ["fr", 2, "2 membres"],
    ["fr", 1043, "1\u202f043 membres"],
    ["ja", 1, "メンバー 1 人"],
    ["ja", 1043, "メンバー 1,043 人"],
  ])('%s says %i members as "%s"', (language, count, words) => {
    expect(say(language, "conversation.members", { count })).toBe(words);
  });

  it("nothing new has its own words", () => {
    expect(say("en", "sidebar.notifications", { count: 0 })).toBe("Notifications");
    expect(say("fr", "sidebar.notifications", { count: 1 })).toBe("Notifications, 1 nouvelle");
  });
});

describe("messages", () => {
  it("isolates names that run from right to left", () => {
    expect(say("en", "event.joined", { name: "سميرة" })).toBe("\u2068سميرة\u2069 joined.");
  });

  it("refuses what it does not understand", () => {
    expect(() => parseMessage("{count, plural, one {x}}")).toThrow("other");
    expect(() => parseMessage("{count, ordinal, other {x}}")).toThrow("kind");
    expect(() => parseMessage("a } b")).toThrow("unexpected");
  });
});
