import { parseInline } from "./inline.ts";

/** What a message's text means: never markup, only data that the components draw. */
export type Inline =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "break" }
  | { readonly type: "code"; readonly text: string }
  | { readonly type: "link"; readonly href: string; readonly text: string }
  | { readonly type: "mention"; readonly username: string }
  | { readonly type: "strong" | "em" | "strike"; readonly children: readonly Inline[] };
export type Block =
  | { readonly type: "paragraph"; readonly children: readonly Inline[] }
  | { readonly type: "fence"; readonly language: string; readonly text: string }
  | { readonly type: "quote"; readonly children: readonly Block[] }
  | {
      readonly type: "list";
      readonly start: number | null;
      readonly items: readonly (readonly Inline[])[];
    };

/** Quotes and styles may nest this deep; beyond it, the signs stay as text. */
export const DEPTH = 8;

const FENCE = /^```([\w+#.-]{0,20})[ \t]*$/;
const QUOTE = /^>[ \t]?/;
const BULLET = /^[-•][ \t]+(?=\S)/;
const NUMBERED = /^(\d{1,9})[.)][ \t]+(?=\S)/;

/**
 * Reads a message's text. Never fails, takes time linear in the length (times the depth), and
 * loses no character but the signs of the mark-up it understood.
 */
export function parse(text: string, depth = 0): Block[] {
  const lines = text.split(/\r\n|\r|\n/);
  const blocks: Block[] = [];
  let plain: string[] = [];
  const flush = (): void => {
    while (plain.length > 0 && plain[0]?.trim() === "") plain.shift();
    while (plain.length > 0 && plain[plain.length - 1]?.trim() === "") plain.pop();
    if (plain.length > 0)
      blocks.push({ type: "paragraph", children: parseInline(plain.join("\n")) });
    plain = [];
  };
  // Looked for once from the end, so that many opened fences cost no rescans.
  const lastFence = lines.lastIndexOf("```");
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? "";
    const found =
      readFence(lines, at, lastFence) ?? readQuote(lines, at, depth) ?? readList(lines, at);
    if (found) {
      flush();
      blocks.push(found.block);
      at = found.next;
    } else {
      plain.push(line);
      at++;
    }
  }
  flush();
  return blocks;
}

interface Found {
  readonly block: Block;
  readonly next: number;
}

function readFence(lines: readonly string[], at: number, last: number): Found | null {
  const open = last > at ? FENCE.exec(lines[at] ?? "") : null;
  if (!open) return null;
  const close = lines.indexOf("```", at + 1);
  const text = lines.slice(at + 1, close).join("\n");
  return { block: { type: "fence", language: open[1] ?? "", text }, next: close + 1 };
}

function readQuote(lines: readonly string[], at: number, depth: number): Found | null {
  if (depth >= DEPTH) return null;
  let next = at;
  while (QUOTE.test(lines[next] ?? "")) next++;
  if (next === at) return null;
  const inner = lines.slice(at, next).map((line) => line.replace(QUOTE, ""));
  return { block: { type: "quote", children: parse(inner.join("\n"), depth + 1) }, next };
}

function readList(lines: readonly string[], at: number): Found | null {
  const number = NUMBERED.exec(lines[at] ?? "");
  const sign = number ? NUMBERED : BULLET;
  const items: (readonly Inline[])[] = [];
  let next = at;
  while (sign.test(lines[next] ?? "")) {
    items.push(parseInline((lines[next] ?? "").replace(sign, "")));
    next++;
  }
  if (next === at) return null;
  return { block: { type: "list", start: number ? Number(number[1]) : null, items }, next };
}
