import type { Row } from "@switchboard/client";

/** Rows drawn at first, added at an edge, and at most. */
export const FIRST = 60;
export const STEP = 60;
export const MOST = 300;

/** Which of the rows at hand are drawn: from a key, to a key; null is the very end. */
export interface Mounted {
  readonly from: string | null;
  readonly to: string | null;
}

/** The rows that are drawn. */
export function mountedRows(rows: readonly Row[], mounted: Mounted): readonly Row[] {
  const [low, high] = bounds(rows, mounted);
  return low === 0 && high === rows.length ? rows : rows.slice(low, high);
}

/** The first rows to draw: the newest, or those around a place. */
export function mountAround(rows: readonly Row[], seq: number | null): Mounted {
  const at =
    seq === null ? -1 : rows.findIndex((row) => (row.seq ?? Number.POSITIVE_INFINITY) >= seq);
  if (at < 0) return { from: keyAt(rows, rows.length - FIRST), to: null };
  const end = at + FIRST;
  return { from: keyAt(rows, at - FIRST), to: end >= rows.length - 1 ? null : keyAt(rows, end) };
}

/** Draws more at one end and fewer at the other; the same object when there is nothing more at hand. */
export function mountMore(
  rows: readonly Row[],
  mounted: Mounted,
  edge: "older" | "newer",
): Mounted {
  const [low, high] = bounds(rows, mounted);
  if (edge === "older") {
    if (low === 0) return mounted;
    const from = Math.max(0, low - STEP);
    return {
      from: keyAt(rows, from),
      to: high - from > MOST ? keyAt(rows, from + MOST - 1) : mounted.to,
    };
  }
  if (high === rows.length) return mounted;
  const to = Math.min(rows.length, high + STEP);
  return {
    from: keyAt(rows, Math.max(low, to - MOST)),
    to: to === rows.length ? null : keyAt(rows, to - 1),
  };
}

function bounds(rows: readonly Row[], mounted: Mounted): [number, number] {
  const low =
    mounted.from === null
      ? 0
      : Math.max(
          0,
          rows.findIndex((row) => row.key === mounted.from),
        );
  const found = mounted.to === null ? -1 : rows.findIndex((row) => row.key === mounted.to);
  return [low, found < 0 ? rows.length : found + 1];
}

function keyAt(rows: readonly Row[], index: number): string | null {
  return rows[Math.max(0, index)]?.key ?? null;
}
