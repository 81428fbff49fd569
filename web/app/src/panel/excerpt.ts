/** A piece of text, marked when it is what was looked for. */
export interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

const BEFORE = 40;
const LONGEST = 160;
/** Signs of mark-up that say nothing in a short piece. */
const MARK_UP = /`+|\*{1,2}/g;

/** The part of a text around its first mark, cut into pieces; marks are in UTF-16 code units. */
export function excerpt(text: string, marks: readonly (readonly [number, number])[]): Piece[] {
  const sorted = marks
    .filter(([start, end]) => start < end && start >= 0 && end <= text.length)
    .toSorted((a, b) => a[0] - b[0]);
  const first = sorted[0]?.[0] ?? 0;
  const from = first > BEFORE ? safe(text, first - BEFORE) : 0;
  const to = safe(text, Math.min(text.length, from + LONGEST));
  const pieces: Piece[] = [];
  const push = (piece: string, marked: boolean): void => {
    const flat = piece.replace(MARK_UP, "").replace(/\s+/g, " ");
    if (flat) pieces.push({ text: flat, marked });
  };
  if (from > 0) push("…", false);
  let at = from;
  for (const [start, end] of sorted) {
    if (start < at || start >= to) continue;
    push(text.slice(at, start), false);
    push(text.slice(start, Math.min(end, to)), true);
    at = Math.min(end, to);
  }
  push(text.slice(at, to), false);
  if (to < text.length) push("…", false);
  return pieces;
}

/** Not between the halves of a surrogate pair. */
function safe(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
