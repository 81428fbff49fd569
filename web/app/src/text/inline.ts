import { DEPTH, type Inline } from "./parse.ts";
import { linkAt } from "./links.ts";

type Style = "strong" | "em" | "strike";
interface Delimiter {
  readonly style: Style;
  readonly sign: string;
  readonly opens: boolean;
  readonly closes: boolean;
}
type Token = Inline | Delimiter;
interface Open {
  readonly delimiter: Delimiter;
  readonly children: Inline[];
}

const STYLES: Readonly<Record<string, Style>> = { "*": "strong", _: "em", "~": "strike" };
const WORD = /[\p{L}\p{N}]/u;
const SPACE = /\s/u;
const MENTION = /@[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?/iy;

/** Reads one paragraph: styles, code, links, mentions and line breaks. */
export function parseInline(text: string): Inline[] {
  return nest(tokenise(text));
}

function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  const runs = codeRuns(text);
  let from = 0;
  const push = (at: number, token: Token, next: number): number => {
    if (at > from) tokens.push({ type: "text", text: text.slice(from, at) });
    tokens.push(token);
    from = next;
    return next;
  };
  for (let at = 0; at < text.length; ) {
    const char = text[at] ?? "";
    if (char === "\n") at = push(at, { type: "break" }, at + 1);
    else if (char === "`") {
      const length = runLength(text, at);
      const close = runs.closing(at, length);
      if (close < 0) at += length;
      else
        at = push(
          at,
          { type: "code", text: trimCode(text.slice(at + length, close)) },
          close + length,
        );
    } else if (char in STYLES) {
      const length = runLength(text, at);
      const token = length <= 2 ? delimiter(text, at, length) : null;
      at = token ? push(at, token, at + length) : at + length;
    } else if (startsWord(text, at)) {
      const word = wordAt(text, at);
      at = word ? push(at, word.token, word.next) : at + 1;
    } else at++;
  }
  if (from < text.length) tokens.push({ type: "text", text: text.slice(from) });
  return tokens;
}

function wordAt(text: string, at: number): { token: Inline; next: number } | null {
  if (text[at] === "@") {
    MENTION.lastIndex = at;
    const match = MENTION.exec(text);
    return match
      ? {
          token: { type: "mention", username: match[0].slice(1).toLowerCase() },
          next: at + match[0].length,
        }
      : null;
  }
  const link = linkAt(text, at);
  return link
    ? { token: { type: "link", href: link.href, text: link.text }, next: at + link.length }
    : null;
}

/** Tokens begin where a word begins, so that each word is looked at once. */
function startsWord(text: string, at: number): boolean {
  const before = text[at - 1];
  const here = text[at] ?? "";
  if (here === "@") return before === undefined || !/[\w@.]/.test(before);
  return /[a-z0-9+]/i.test(here) && (before === undefined || !/[\w@.+-]/.test(before));
}

function delimiter(text: string, at: number, length: number): Delimiter | null {
  const sign = text.slice(at, at + length);
  const before = at > 0 ? (text[at - 1] ?? "") : "";
  const after = text[at + length] ?? "";
  const style = STYLES[sign[0] ?? ""];
  if (!style) return null;
  const spaced = (char: string): boolean => char === "" || SPACE.test(char);
  // An underline inside a word is part of a name: snake_case stays as it is.
  const inWord = sign[0] === "_" && WORD.test(before) && WORD.test(after);
  const opens = !spaced(after) && !inWord && !(ascii(before) && sign.length === 1);
  const closes = !spaced(before) && !inWord && !(ascii(after) && sign.length === 1);
  return opens || closes ? { style, sign, opens, closes } : null;
}

const ascii = (char: string): boolean => /[a-z0-9]/i.test(char);

/** Matches delimiters with a stack; a sign without its partner becomes text again. */
function nest(tokens: readonly Token[]): Inline[] {
  const root: Inline[] = [];
  const stack: Open[] = [];
  const open = new Map<string, number>();
  const top = (): Inline[] => stack[stack.length - 1]?.children ?? root;
  const count = (sign: string, by: number): void => void open.set(sign, (open.get(sign) ?? 0) + by);
  const abandon = (): void => {
    const left = stack.pop();
    if (!left) return;
    count(left.delimiter.sign, -1);
    append(top(), { type: "text", text: left.delimiter.sign });
    for (const child of left.children) append(top(), child);
  };
  for (const token of tokens) {
    if (!("sign" in token)) {
      append(top(), token);
      continue;
    }
    if (token.closes && (open.get(token.sign) ?? 0) > 0) {
      while (stack[stack.length - 1]?.delimiter.sign !== token.sign) abandon();
      const closed = stack[stack.length - 1];
      if (closed && closed.children.length > 0) {
        stack.pop();
        count(token.sign, -1);
        append(top(), { type: token.style, children: closed.children });
        continue;
      }
    }
    if (token.opens && stack.length < DEPTH) {
      stack.push({ delimiter: token, children: [] });
      count(token.sign, 1);
    } else append(top(), { type: "text", text: token.sign });
  }
  while (stack.length > 0) abandon();
  return root;
}

function append(to: Inline[], item: Inline): void {
  const last = to[to.length - 1];
  if (item.type === "text" && last?.type === "text")
    to[to.length - 1] = { type: "text", text: last.text + item.text };
  else to.push(item);
}

function runLength(text: string, at: number): number {
  let end = at + 1;
  while (text[end] === text[at]) end++;
  return end - at;
}

/** Where runs of back-ticks stand, by length: a closing one is found without a rescan. */
function codeRuns(text: string): { closing(at: number, length: number): number } {
  const places = new Map<number, number[]>();
  for (let at = text.indexOf("`"); at >= 0; ) {
    const length = runLength(text, at);
    const list = places.get(length) ?? [];
    list.push(at);
    places.set(length, list);
    at = text.indexOf("`", at + length);
  }
  const next = new Map<number, number>();
  return {
    closing(at, length) {
      const list = places.get(length) ?? [];
      let index = next.get(length) ?? 0;
      while (index < list.length && (list[index] ?? 0) <= at) index++;
      next.set(length, index);
      return list[index] ?? -1;
    },
  };
}

function trimCode(text: string): string {
  return text.length > 2 && text.startsWith(" ") && text.endsWith(" ") ? text.slice(1, -1) : text;
}
