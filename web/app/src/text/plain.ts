import { type Block, type Inline, parse } from "./parse.ts";

const LONGEST = 300;

/** How a user who is named in a text is called. */
export type NameOf = (username: string) => string;

/** The text without the signs of its mark-up, on one line: for previews and screen readers. */
export function plainText(text: string, nameOf: NameOf = (username) => username): string {
  const cut = text.length > LONGEST * 2 ? text.slice(0, LONGEST * 2) : text;
  const plain = parse(cut)
    .map((block) => blockText(block, nameOf))
    .join(" ")
    .replace(/\s+/g, " ")
    .trim();
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain;
}

function blockText(block: Block, nameOf: NameOf): string {
  switch (block.type) {
    case "paragraph":
      return inlineText(block.children, nameOf);
    case "fence":
      return block.text;
    case "quote":
      return `“${block.children.map((child) => blockText(child, nameOf)).join(" ")}”`;
    case "list":
      return block.items.map((item) => inlineText(item, nameOf)).join(", ");
  }
}

function inlineText(items: readonly Inline[], nameOf: NameOf): string {
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
          return `@${nameOf(item.username)}`;
        default:
          return inlineText(item.children, nameOf);
      }
    })
    .join("");
}
