import { type ConversationState, emptyState } from "@switchboard/client";
import { describe, expect, it } from "vitest";
import { findEmoji } from "../src/emoji/data.ts";
import { excerpt } from "../src/panel/excerpt.ts";
import { letters } from "../src/parts/Avatar.tsx";
import { linkOf } from "../src/session/session.ts";
import { deviceName } from "../src/settings/device.ts";
import { previewWords } from "../src/sidebar/Preview.tsx";
import { fold, matches } from "../src/switcher/match.ts";
import { dayInWords, daysAgo } from "../src/time/format.ts";

describe("days", () => {
  const noon = new Date(2026, 10, 20, 12).toISOString();
  it.each([
    ["en-GB", "Friday 20 November 2026"],
    ["en-US", "Friday, November 20, 2026"],
    ["ja", "2026年11月20日(金)"],
    ["fr", "vendredi 20 novembre 2026"],
  ])("in %s: %s", (tag, words) => {
    expect(dayInWords(noon, tag).replace(",", tag === "en-GB" ? "" : ",")).toBe(words);
  });

  it("are counted from midnight to midnight", () => {
    const late = new Date(2026, 10, 19, 23, 59).toISOString();
    expect(daysAgo(late, new Date(2026, 10, 20, 0, 1))).toBe(1);
    expect(daysAgo(late, new Date(2026, 10, 19, 1))).toBe(0);
  });
});

it("letters of names are whole", () => {
  expect(
    ["Anna Berg", "anna", "田中 由紀", "🎈 Party", "Lena von der Heide", "👩‍🚀", "é́x y", "..."].map(
      letters,
    ),
  ).toEqual(["AB", "A", "田", "🎈", "LH", "👩‍🚀", "É́Y", "."]);
});

describe("an excerpt", () => {
  const shown = (text: string, marks: [number, number][]): string =>
    excerpt(text, marks)
      .map((each) => (each.marked ? `[${each.text}]` : each.text))
      .join("");
  it("marks what was found", () => {
    expect(shown("the second line is down", [[11, 15]])).toBe("the second [line] is down");
  });
  it("begins shortly before it", () => {
    expect(shown(`${"a ".repeat(100)}line`, [[200, 204]])).toMatch(/^….{40}\[line\]$/);
  });
  it("ignores marks that cannot be", () => {
    expect(
      shown("abc", [
        [2, 1],
        [1, 9],
        [-1, 2],
      ]),
    ).toBe("abc");
  });
});

it("the switcher finds words by their beginning, whatever the marks above letters", () => {
  expect(matches("Chloé Lefèvre", fold("lefe"))).toBe(true);
  expect(matches("Chloé Lefèvre", fold("vre"))).toBe(false);
  expect(matches("田中 由紀", fold("中"))).toBe(true);
});

it("emoji are found by every word", () => {
  const all = [
    { group: "0", emoji: "😀", label: "grinning face", words: "grinning face smile" },
    { group: "0", emoji: "😿", label: "crying cat", words: "crying cat sad" },
  ];
  expect(findEmoji(all, "gri fa").map((each) => each.emoji)).toEqual(["😀"]);
});

it.each([
  ["Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0", "Firefox · Linux"],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
    "Safari · iPhone",
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36 Edg/156.0",
    "Edge · Windows",
  ],
  ["Gajim on Linux", "Gajim on Linux"],
])("a device has a short name", (told, name) => {
  expect(deviceName(told)).toBe(name);
});

describe("the connection", () => {
  it("is not called away before its first attempt has had time", () => {
    const first = { state: "connecting", reason: "starting" } as const;
    expect(linkOf(first, false)).toBe("connecting");
    expect(linkOf(first, true)).toBe("offline");
  });
  it("is called away when it is known to be, however early", () => {
    expect(linkOf({ state: "offline", reason: "no_network" }, false)).toBe("offline");
    expect(linkOf({ state: "connecting", reason: "network" }, false)).toBe("offline");
    expect(linkOf({ state: "online" }, true)).toBe("online");
  });
});

it("the list calls those who are mentioned by their names, and others as they were written", () => {
  const me = { username: "anna", name: "Anna", created_at: "2026-11-20T09:00:00.000Z" };
  const ben = { username: "ben", name: "Ben Mori" };
  const state = { ...emptyState(me), users: new Map([["ben", ben]]) };
  const conversation = {
    id: "1",
    kind: "direct",
    standing: "member",
    peer: "cleo",
    last: {
      type: "message.created",
      conversation: "1",
      seq: 2,
      at: me.created_at,
      sender: "cleo",
      text: "ask @ben or @dora",
      mentions: ["ben"],
    },
  } as unknown as ConversationState;
  expect(previewWords(state, conversation)).toBe("ask @Ben Mori or @dora");
});
