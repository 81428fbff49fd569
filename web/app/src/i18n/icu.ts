/** One piece of a compiled message: text, `{name}`, `#`, or a choice between messages. */
export type Part =
  | string
  | { readonly v: string }
  | { readonly n: 1 }
  | {
      readonly k: "plural" | "select";
      readonly v: string;
      readonly o: Readonly<Record<string, Compiled>>;
    };
export type Compiled = string | readonly Part[];

interface Cursor {
  readonly text: string;
  readonly key: string;
  at: number;
}

/**
 * Reads the part of ICU MessageFormat that the catalogues use: arguments, `plural` (with `=0`
 * and `#`) and `select`. There is no quoting: the catalogues need no literal brace.
 */
export function parseMessage(text: string, key = "message"): Compiled {
  const cursor = { text, key, at: 0 };
  const parts = readParts(cursor, false);
  if (cursor.at < text.length) throw fault(cursor, "unexpected }");
  return simplify(parts);
}

/** The names a message needs, sorted: translators must neither lose nor invent one. */
export function placeholders(message: Compiled): string[] {
  const names = new Set<string>();
  const visit = (compiled: Compiled): void => {
    if (typeof compiled === "string") return;
    for (const part of compiled) {
      if (typeof part === "string" || "n" in part) continue;
      names.add(part.v);
      if ("o" in part) Object.values(part.o).forEach(visit);
    }
  };
  visit(message);
  return [...names].sort();
}

function readParts(cursor: Cursor, counted: boolean): Part[] {
  const parts: Part[] = [];
  let literal = "";
  const flush = (): void => {
    if (literal) parts.push(literal);
    literal = "";
  };
  for (; cursor.at < cursor.text.length; cursor.at++) {
    const char = cursor.text[cursor.at];
    if (char === "}") break;
    if (char === "{") {
      flush();
      parts.push(readArgument(cursor));
    } else if (char === "#" && counted) {
      flush();
      parts.push({ n: 1 });
    } else literal += char;
  }
  flush();
  return parts;
}

function readArgument(cursor: Cursor): Part {
  cursor.at++;
  const name = readWord(cursor);
  if (cursor.text[cursor.at] === "}") return { v: name };
  expect(cursor, ",");
  const kind = readWord(cursor);
  if (kind !== "plural" && kind !== "select") throw fault(cursor, `unknown kind ${kind}`);
  expect(cursor, ",");
  const options: Record<string, Compiled> = {};
  for (;;) {
    const option = readWord(cursor);
    if (cursor.text[cursor.at] === "}" && option === "") break;
    expect(cursor, "{");
    options[option] = simplify(readParts(cursor, kind === "plural"));
    expect(cursor, "}");
  }
  if (!("other" in options)) throw fault(cursor, 'no "other"');
  return { k: kind, v: name, o: options };
}

function readWord(cursor: Cursor): string {
  const match = /^\s*([\w=]*)\s*/.exec(cursor.text.slice(cursor.at, cursor.at + 80));
  cursor.at += match?.[0].length ?? 0;
  return match?.[1] ?? "";
}

function expect(cursor: Cursor, char: string): void {
  if (cursor.text[cursor.at] !== char) throw fault(cursor, `expected ${char}`);
  cursor.at++;
}

function simplify(parts: Part[]): Compiled {
  if (parts.length === 0) return "";
  const [only] = parts;
  return parts.length === 1 && typeof only === "string" ? only : parts;
}

function fault(cursor: Cursor, what: string): Error {
  return new Error(`${cursor.key}: ${what} at ${cursor.at} in "${cursor.text}"`);
}
