import { describe, expect, it } from "vitest";
import { type Intent, type Press, type Situation, decide } from "../src/composer/keys.ts";
import { matchMembers, mentionBefore } from "../src/composer/mention-query.ts";

const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  keyCode: 13,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  ...more,
});
const situation = (more: Partial<Situation> = {}): Situation => ({
  sendKey: "enter",
  converting: false,
  completing: false,
  empty: false,
  bound: false,
  ...more,
});

describe("Enter", () => {
  it.each<[string, Partial<Press>, Partial<Situation>, Intent]>([
    ["sends", {}, {}, "send"],
    ["with Shift begins a line", { shiftKey: true }, {}, "none"],
    ["with Ctrl sends too", { ctrlKey: true }, {}, "send"],
    ["alone begins a line when Ctrl+Enter sends", {}, { sendKey: "ctrl-enter" }, "none"],
    [
      "with Command sends when Ctrl+Enter sends",
      { metaKey: true },
      { sendKey: "ctrl-enter" },
      "send",
    ],
    ["ends a conversion, Chromium and Firefox", { isComposing: true }, {}, "none"],
    ["ends a conversion, Safari: no longer composing, but code 229", { keyCode: 229 }, {}, "none"],
    ["ends a conversion that ended in this turn", {}, { converting: true }, "none"],
    ["takes the completion", {}, { completing: true }, "complete"],
    ["of a conversion never takes the completion", { keyCode: 229 }, { completing: true }, "none"],
  ])("%s", (_name, pressed, around, intent) => {
    expect(decide(press("Enter", pressed), situation(around))).toBe(intent);
  });
});

it.each(["Escape", "ArrowUp", "ArrowDown", "Tab", "Enter"])(
  "%s belongs to the input method while it converts",
  (key) => {
    const around = situation({ completing: true, empty: true, bound: true });
    expect(decide(press(key, { isComposing: true }), around)).toBe("none");
    expect(decide(press(key, { keyCode: 229 }), around)).toBe("none");
  },
);

it("Escape gives up a reply; arrows go through completions; up edits the last message", () => {
  expect(decide(press("Escape"), situation({ bound: true }))).toBe("cancel");
  expect(decide(press("Escape"), situation({ bound: true, completing: true }))).toBe(
    "complete-close",
  );
  expect(decide(press("Escape"), situation())).toBe("none");
  expect(decide(press("ArrowDown"), situation({ completing: true }))).toBe("complete-next");
  expect(decide(press("ArrowUp"), situation({ empty: true }))).toBe("edit-last");
  expect(decide(press("ArrowUp"), situation())).toBe("none");
});

describe("a mention being written", () => {
  it("begins at the start of a word", () => {
    expect(mentionBefore("Ask @be", 7)).toEqual({ from: 4, word: "be" });
    expect(mentionBefore("はい、@ben", 7)).toEqual({ from: 3, word: "ben" });
    expect(mentionBefore("ben@example", 11)).toBeNull();
    expect(mentionBefore("@ben done", 9)).toBeNull();
  });

  it("finds usernames first, then names, then words of names", () => {
    const users = [
      { username: "x", name: "Lena Berg" },
      { username: "y", name: "Bea" },
      { username: "ben", name: "Zed" },
      { username: "q", name: "Q" },
    ];
    expect(matchMembers(users, "be", (user) => user.name).map((user) => user.username)).toEqual([
      "ben",
      "y",
      "x",
    ]);
  });
});
