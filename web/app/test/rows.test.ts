import type { MessageRow, Row } from "@switchboard/client";
import { describe, expect, it } from "vitest";
import { message } from "../fixtures/logs.ts";
import { FIRST, MOST, mountAround, mountMore, mountedRows } from "../src/conversation/mounted.ts";
import { type Drawn, arrange } from "../src/conversation/rows.ts";
import { readPlace } from "../src/conversation/useReading.ts";

const shape = (drawn: readonly Drawn[]): string =>
  drawn
    .map((each) =>
      each.kind === "message"
        ? `${each.row.sender}${each.first ? "(" : ""}${each.last ? ")" : ""}`
        : each.kind,
    )
    .join(" ");
const on = (rows: readonly Row[], readUpTo: number | null = null): string[] =>
  arrange(rows, readUpTo).map((day) => shape(day.drawn));

describe("groups", () => {
  it("hold one author within five minutes", () => {
    expect(
      on([
        message(1, "ben", 20, "a"),
        message(2, "ben", 16, "b"),
        message(3, "ben", 9, "c"),
        message(4, "chloe", 8, "d"),
      ]),
    ).toEqual(["ben( ben) ben() chloe()"]);
  });

  it("end at midnight", () => {
    const before = {
      ...message(1, "ben", 0, "a"),
      at: new Date(2026, 10, 19, 23, 59).toISOString(),
    };
    const after = { ...message(2, "ben", 0, "b"), at: new Date(2026, 10, 20, 0, 1).toISOString() };
    expect(on([before, after])).toEqual(["ben()", "ben()"]);
  });

  it("end at the unread divider, which stands before the first unread message of another", () => {
    const rows = [
      message(1, "ben", 5, "a"),
      message(2, "alice", 4, "b"),
      message(3, "ben", 3, "c"),
      message(4, "ben", 2, "d"),
    ];
    expect(on(rows, 1)).toEqual(["ben() alice() unread ben( ben)"]);
    expect(on(rows, 4)).toEqual(["ben() alice() ben( ben)"]);
  });
});

describe("the window of drawn rows", () => {
  const rows: MessageRow[] = Array.from({ length: 1000 }, (_, index) =>
    message(index + 1, "ben", 0, "x"),
  );
  const drawn = (mounted: ReturnType<typeof mountAround>): [number, number] => {
    const shown = mountedRows(rows, mounted);
    return [shown[0]?.seq ?? 0, shown.at(-1)?.seq ?? 0];
  };

  it("begins at the end, or around a place", () => {
    expect(drawn(mountAround(rows, null))).toEqual([1001 - FIRST, 1000]);
    expect(drawn(mountAround(rows, 500))).toEqual([500 - FIRST, 500 + FIRST]);
  });

  it("grows towards where one reads, and never beyond its most", () => {
    let mounted = mountAround(rows, null);
    for (let step = 0; step < 10; step++) mounted = mountMore(rows, mounted, "older");
    expect(mountedRows(rows, mounted)).toHaveLength(MOST);
    for (let step = 0; step < 30; step++) mounted = mountMore(rows, mounted, "newer");
    expect(drawn(mounted)).toEqual([1001 - MOST, 1000]);
    expect(mounted.to).toBeNull();
    expect(mountMore(rows, mounted, "newer")).toBe(mounted);
  });

  it("takes in what is added at the end", () => {
    const mounted = mountAround(rows, null);
    expect(mountedRows([...rows, message(1001, "ben", 0, "new")], mounted).at(-1)?.seq).toBe(1001);
  });
});

describe("reading", () => {
  it("takes a second in view", () => {
    const seen = new Map<number, number>();
    expect(readPlace(seen, [4, 5], 0)).toBe(0);
    expect(readPlace(seen, [4, 5, 6], 900)).toBe(0);
    expect(readPlace(seen, [5, 6], 1000)).toBe(5);
    expect(readPlace(seen, [4], 1900)).toBe(0);
    expect(readPlace(seen, [4], 2950)).toBe(4);
  });
});
