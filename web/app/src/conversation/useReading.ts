import type { Conversation } from "@switchboard/client";
import { useEffect, useRef } from "preact/hooks";
import { useClient } from "../session/session.ts";

/** A message is read when half of it was in view for this long. */
const READ_MS = 1000;
const LOOK_MS = 250;

/** Marks as read what was really in view, in a window that has the focus. */
export function useReading(
  box: { current: HTMLElement | null },
  conversation: Conversation,
  paused: { current: boolean },
): void {
  const client = useClient();
  const now = useRef(conversation);
  now.current = conversation;
  const waiting =
    conversation.standing === "member" &&
    (conversation.unread > 0 || conversation.marked_unread === true);
  useEffect(() => {
    if (!waiting) return;
    const seen = new Map<number, number>();
    const look = (): void => {
      if (
        !box.current ||
        paused.current ||
        document.visibilityState !== "visible" ||
        !document.hasFocus()
      ) {
        seen.clear();
        return;
      }
      const { read, marked_unread } = now.current;
      const place = readPlace(
        seen,
        inView(box.current, marked_unread ? 0 : read),
        performance.now(),
      );
      if (place > 0) client.markRead(now.current.id, Math.max(place, read));
    };
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [waiting, conversation.id, client, box, paused]);
}

/** Notes when each place came into view; gives the highest that has been there long enough, else 0. */
export function readPlace(
  seen: Map<number, number>,
  visible: readonly number[],
  at: number,
): number {
  for (const place of [...seen.keys()]) if (!visible.includes(place)) seen.delete(place);
  let highest = 0;
  for (const place of visible) {
    const since = seen.get(place) ?? at;
    seen.set(place, since);
    if (at - since >= READ_MS) highest = Math.max(highest, place);
  }
  return highest;
}

/** The places of the messages after `read` that are half in view, or fill half of the view. */
function inView(box: HTMLElement, read: number): number[] {
  const view = box.getBoundingClientRect();
  const places: number[] = [];
  const rows = box.querySelectorAll<HTMLElement>("[data-seq]");
  for (let index = rows.length - 1; index >= 0; index--) {
    const row = rows[index];
    const place = Number(row?.dataset.seq);
    if (!row || place <= read) break;
    const edges = row.getBoundingClientRect();
    const shown = Math.min(edges.bottom, view.bottom) - Math.max(edges.top, view.top);
    if (shown >= Math.min(edges.height, view.height) / 2 && edges.height > 0) places.push(place);
  }
  return places;
}
