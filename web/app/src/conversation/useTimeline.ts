import { type Conversation, type Row, atEnd, rows as rowsOf } from "@switchboard/client";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { useClient, usePart } from "../session/session.ts";
import { type Mounted, mountAround, mountMore, mountedRows } from "./mounted.ts";
import { Scroller } from "./scroller.ts";

/** Screens of rows to have ready beyond the edge of the view. */
const AHEAD = 2;

export interface TimelineView {
  readonly box: { current: HTMLDivElement | null };
  readonly content: { current: HTMLDivElement | null };
  readonly rows: readonly Row[];
  readonly opened: boolean;
  readonly atStart: boolean;
  readonly ended: boolean;
  readonly pinned: boolean;
  readonly onScroll: () => void;
  readonly toEnd: () => void;
  readonly find: (key: string) => HTMLElement | null;
}

/** The rows to draw of an open conversation, and their scrolling. `target` is a place to show. */
export function useTimeline(
  conversation: Conversation,
  target: number | null,
  divider: number | null,
): TimelineView {
  const { id } = conversation;
  const client = useClient();
  const all = usePart((state) => rowsOf(state, id), [id]);
  const timeline = usePart((state) => state.timelines.get(id), [id]);
  const ended = usePart((state) => atEnd(state, id), [id]);
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const scroller = useRef<Scroller | null>(null);
  const placed = useRef<number | "open" | null>(null);
  const busy = useRef(false);
  const [opened, setOpened] = useState(false);
  const [pinned, setPinned] = useState(true);
  const [mounted, setMounted] = useState<Mounted>(() => mountAround(all, target ?? divider));
  const rows = useMemo(() => mountedRows(all, mounted), [all, mounted]);
  const latest = useRef({ all, mounted, ended, timeline });
  latest.current = { all, mounted, ended, timeline };

  // Open it, at the place to show when there is one.
  useEffect(() => {
    let wanted = true;
    const open = async (): Promise<void> => {
      await client.open(id);
      const place = target ?? (divider === null ? null : divider + 1);
      if (place !== null) await client.loadAround(id, place);
    };
    open()
      .catch(() => undefined)
      .finally(() => {
        if (!wanted) return;
        setMounted(mountAround(latest.current.all, target ?? divider));
        setOpened(true);
      });
    return () => {
      wanted = false;
      client.close(id);
    };
    // A later target is not a new opening.
  }, [client, id]);

  // A place to show that came later: a search hit, the original of a reply.
  useEffect(() => {
    if (!opened || target === null || placed.current === target) return;
    let wanted = true;
    client
      .loadAround(id, target)
      .catch(() => undefined)
      .finally(() => {
        if (!wanted) return;
        placed.current = null;
        setMounted(mountAround(latest.current.all, target));
      });
    return () => {
      wanted = false;
    };
  }, [client, id, opened, target]);

  const extend = useCallback(
    (edge: "older" | "newer"): void => {
      const { all, mounted, ended, timeline } = latest.current;
      const more = mountMore(all, mounted, edge);
      if (more !== mounted) {
        setMounted(more);
        return;
      }
      const nothing = edge === "older" ? timeline?.at_start !== false : ended;
      if (nothing || busy.current) return;
      busy.current = true;
      const load = edge === "older" ? client.loadBefore(id) : client.loadAfter(id);
      load
        .catch(() => undefined)
        .finally(() => {
          busy.current = false;
        });
    },
    [client, id],
  );

  const prefetch = useCallback((): void => {
    const view = box.current;
    if (!view || placed.current === null) return;
    const ahead = view.clientHeight * AHEAD;
    if (view.scrollTop < ahead) extend("older");
    if (view.scrollHeight - view.scrollTop - view.clientHeight < ahead) extend("newer");
  }, [extend]);

  const onScroll = useCallback((): void => {
    scroller.current?.scrolled();
    setPinned(scroller.current?.pinned ?? true);
    prefetch();
  }, [prefetch]);

  useLayoutEffect(() => {
    if (!box.current || !content.current) return;
    const keeper = new Scroller(box.current);
    scroller.current = keeper;
    const observer = new ResizeObserver(() => keeper.restore());
    observer.observe(box.current);
    observer.observe(content.current);
    return () => observer.disconnect();
  }, []);

  // After every drawing: what is read stays in its place, or the place to show is shown.
  useLayoutEffect(() => {
    const keeper = scroller.current;
    if (!keeper || rows.length === 0) return;
    if (placed.current !== null) keeper.restore();
    else if (opened || target === null)
      placed.current = placeFirst(keeper, rows, opened ? target : null, opened);
    setPinned(keeper.pinned);
    prefetch();
  });

  const toEnd = useCallback((): void => {
    const there = latest.current.ended ? Promise.resolve() : client.loadNewest(id);
    there
      .catch(() => undefined)
      .finally(() => {
        setMounted(mountAround(latest.current.all, null));
        requestAnimationFrame(() => scroller.current?.toEnd());
      });
  }, [client, id]);

  return {
    box,
    content,
    rows,
    opened,
    atStart: timeline?.at_start === true && rows[0] === all[0],
    ended,
    pinned,
    onScroll,
    toEnd,
    find: useCallback((key) => scroller.current?.find(key) ?? null, []),
  };
}

/** Shows the target, else the first unread message, else the end. */
function placeFirst(
  keeper: Scroller,
  rows: readonly Row[],
  target: number | null,
  opened: boolean,
): number | "open" | null {
  if (target !== null) {
    const row = rows.find((each) => each.seq === target);
    if (row && keeper.toRow(row.key, 1 / 3)) flash(keeper.find(row.key));
    return target;
  }
  if (!keeper.toRow("unread", 1 / 4)) keeper.toEnd();
  return opened ? "open" : null;
}

function flash(row: HTMLElement | null): void {
  if (!row) return;
  row.classList.remove("flash");
  void row.offsetWidth;
  row.classList.add("flash");
}
