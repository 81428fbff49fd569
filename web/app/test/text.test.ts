import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { onlyEmoji } from "../src/text/only-emoji.ts";
import { type Block, DEPTH, type Inline, parse } from "../src/text/parse.ts";
import { plainText } from "../src/text/plain.ts";

const inline = (text: string): readonly Inline[] => {
  const [block] = parse(text);
  return block?.type === "paragraph" ? block.children : [];
};
const text = (words: string): Inline => ({ type: "text", text: words });

describe("styles", () => {
  it.each<[string, Inline[]]>([
    ["*bold*", [{ type: "strong", children: [text("bold")] }]],
    ["**bold**", [{ type: "strong", children: [text("bold")] }]],
    ["_slanted_", [{ type: "em", children: [text("slanted")] }]],
    ["~gone~", [{ type: "strike", children: [text("gone")] }]],
    [
      "*a _b_ c*",
      [
        {
          type: "strong",
          children: [text("a "), { type: "em", children: [text("b")] }, text(" c")],
        },
      ],
    ],
    [
      "これは*太字*です",
      [text("これは"), { type: "strong", children: [text("太字")] }, text("です")],
    ],
    ["`a *b*`", [{ type: "code", text: "a *b*" }]],
    ["``a ` b``", [{ type: "code", text: "a ` b" }]],
    ["2 * 3 * 4", [text("2 * 3 * 4")]],
    ["2*3*4", [text("2*3*4")]],
    ["snake_case_name", [text("snake_case_name")]],
    ["*open", [text("*open")]],
    ["*a _b* c_", [{ type: "strong", children: [text("a _b")] }, text(" c_")]],
    ["****", [text("****")]],
    ["a\nb", [text("a"), { type: "break" }, text("b")]],
  ])("%s", (source, expected) => {
    expect(inline(source)).toEqual(expected);
  });
});

describe("links", () => {
  const link = (source: string): unknown => inline(source).find((each) => each.type === "link");
  it.each([
    ["see https://a.example/b?c=d#e.", "https://a.example/b?c=d#e"],
    ["(https://a.example/wiki/X_(y))", "https://a.example/wiki/X_(y)"],
    ["https://a.example/bを見て", "https://a.example/b"],
    ["mail ben@example.org, please", "ben@example.org"],
    ["tel:+33123456789", "tel:+33123456789"],
    ["xmpp:ben@example.org", "xmpp:ben@example.org"],
  ])("%s", (source, shown) => {
    expect(link(source)).toMatchObject({ text: shown });
  });

  it.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "http://",
    "ahttps://x",
    "file:///etc/passwd",
  ])("%s is none", (source) => {
    expect(link(source)).toBeUndefined();
  });

  it("shows a host in look-alike letters as it really is", () => {
    expect(link("https://\u0430pple.com/x")).toMatchObject({ text: "https://xn--pple-43d.com/x" });
  });
});

describe("mentions", () => {
  it("are found at the start of a word only", () => {
    expect(inline("@ben, ask @Chloe.")).toEqual([
      { type: "mention", username: "ben" },
      text(", ask "),
      { type: "mention", username: "chloe" },
      text("."),
    ]);
    expect(inline("a@b")).toEqual([text("a@b")]);
  });
});

describe("blocks", () => {
  it("reads fences, quotes and lists", () => {
    const blocks = parse(
      "Look:\n```rust\nlet *x* = 1;\n```\n> said\n> > before\n- one\n- two\n3. three",
    );
    expect(blocks.map((block) => block.type)).toEqual([
      "paragraph",
      "fence",
      "quote",
      "list",
      "list",
    ]);
    expect(blocks[1]).toEqual({ type: "fence", language: "rust", text: "let *x* = 1;" });
    expect(blocks[4]).toMatchObject({ start: 3 });
  });

  it("leaves an unclosed fence as text", () => {
    expect(parse("```\nx")[0]?.type).toBe("paragraph");
  });
});

describe("whatever is written", () => {
  const nasty = fc
    .array(
      fc.constantFrom(
        "*",
        "_",
        "~",
        "`",
        "```",
        ">",
        "> ",
        "- ",
        "1. ",
        "\n",
        " ",
        "@",
        "a",
        "https://x.y/",
        "\u202e",
        "😀",
        "(",
        ")",
        "é",
      ),
      { maxLength: 200 },
    )
    .map((parts) => parts.join(""));

  it("is never nested deeper than allowed and never throws", () => {
    fc.assert(
      fc.property(fc.oneof(nasty, fc.string({ unit: "binary" })), (source) => {
        expect(depth(parse(source))).toBeLessThanOrEqual(2 * DEPTH + 1);
      }),
      { numRuns: 500 },
    );
  });

  it("keeps every letter", () => {
    fc.assert(
      fc.property(nasty, (source) => {
        const letters = (words: string): string => words.replace(/[^a😀é]/gu, "");
        expect(letters(everything(parse(source)))).toBe(letters(source));
      }),
      { numRuns: 500 },
    );
  });

  it("takes time in proportion to its length", () => {
    for (const unit of [
      "*",
      "_a",
      "`",
      "``` ",
      "> ",
      "*a _b ~c ",
      "@",
      "a@",
      "https://",
      "((",
      "```\n",
      "*a* ",
    ]) {
      const source = unit.repeat(Math.floor(60_000 / unit.length));
      const start = performance.now();
      parse(source);
      expect(performance.now() - start, unit).toBeLessThan(5000);
    }
  });

  it("becomes one line in previews", () => {
    expect(plainText("*Hello*\n> you\n- a\n- b")).toBe("Hello “you” a, b");
  });

  it("calls those whom it names as it is told to, wherever they stand", () => {
    const nameOf = (username: string): string => (username === "ben" ? "Ben Mori" : username);
    const shown = plainText("@ben and *@ben*\n> @cleo\n- @ben\n`@ben`", nameOf);
    expect(shown).toBe("@Ben Mori and @Ben Mori “@cleo” @Ben Mori @ben");
  });
});

it("knows what is only emoji", () => {
  expect(["🎉🎉", "👩‍👩‍👧 ❤️", "🇫🇷", "5", "a 🎉", "🎉🎉🎉🎉🎉", ""].map(onlyEmoji)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

function depth(blocks: readonly Block[]): number {
  const inlineDepth = (items: readonly Inline[]): number =>
    Math.max(0, ...items.map((item) => ("children" in item ? 1 + inlineDepth(item.children) : 0)));
  return Math.max(
    0,
    ...blocks.map((block) => {
      if (block.type === "quote") return 1 + depth(block.children);
      if (block.type === "paragraph") return inlineDepth(block.children);
      return block.type === "list" ? 1 + Math.max(0, ...block.items.map(inlineDepth)) : 0;
    }),
  );
}

function everything(blocks: readonly Block[]): string {
  const words = (items: readonly Inline[]): string =>
    items
      .map((item) => {
        if ("children" in item) return words(item.children);
        if (item.type === "mention") return item.username;
        return item.type === "break" ? "" : item.text;
      })
      .join("");
  return blocks
    .map((block) => {
      if (block.type === "fence") return block.language + block.text;
      if (block.type === "quote") return everything(block.children);
      return block.type === "list" ? block.items.map(words).join("") : words(block.children);
    })
    .join("");
}
