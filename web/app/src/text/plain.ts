import { type Block, type Inline, parse } from "./parse.ts";

const LONGEST = 300;

/** The text without the signs of its mark-up, on one line: for previews and screen readers. */
export function plainText(text: string): string {
  const cut = text.length > LONGEST * 2 ? text.slice(0, LONGEST * 2) : text;
  const plain = parse(cut).map(blockText).join(" ").replace(/\s+/g, " ").trim();
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain;
}

function blockText(block: Block): string {
  switch (block.type) {
    case "paragraph":
      return inlineText(block.children);
    case "fence":
      return block.text;
    case "quote":
      return `“${block.children.map(blockText).join(" ")}”`;
    case "list":
      return block.items.map(inlineText).join(", ");
  }
}

function inlineText(items: readonly Inline[]): string {
  return items
    .map((item) => {
      switch (item.type) {
        case "text":
        case "code":
        case "link":
          return item.text;
        case "break":
          return " ";
        case "mention":
          return `@${item.username}`;
        default:
          return inlineText(item.children);
      }
    })
    .join("");
}
