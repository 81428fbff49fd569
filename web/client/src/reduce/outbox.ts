// Messages on their way: they leave the outbox when the log shows them.

import type { MessageCreatedEvent } from "../generated/protocol.ts";
import type { OutboxItem, Row, State } from "../state.ts";
import { withEntry, without } from "./map.ts";

/** A message was written, or is to be tried again. */
export function queued(state: State, item: OutboxItem): State {
  return { ...state, outbox: withEntry(state.outbox, item.client_id, item) };
}

/** What became of a message. */
export function outcome(state: State, item: OutboxItem): State {
  if (!state.outbox.has(item.client_id)) return state;
  const next = queued(state, item);
  const id = item.conversation;
  if (item.status !== "sent" || id === undefined) return next;
  const timeline = next.timelines.get(id);
  return timeline ? dropShown(next, timeline.rows.slice(-RECENT)) : dropSent(next, id);
}

/** Removes what the rows show by now. */
export function dropShown(state: State, rows: readonly Row[]): State {
  if (state.outbox.size === 0) return state;
  let outbox = state.outbox;
  for (const row of rows) {
    if (row.kind !== "message" || !row.mine || row.client_id === undefined) continue;
    outbox = without(outbox, row.client_id);
  }
  return outbox === state.outbox ? state : { ...state, outbox };
}

/** Removes the message of an event, or everything that the log is known to hold. */
export function dropSent(state: State, conversation: string, event?: MessageCreatedEvent): State {
  if (state.outbox.size === 0) return state;
  if (event) {
    const outbox = without(state.outbox, event.client_id ?? "");
    return outbox === state.outbox ? state : { ...state, outbox };
  }
  const record = state.conversations.get(conversation);
  if (!record || state.timelines.has(conversation)) return state;
  const kept = [...state.outbox].filter(
    ([, item]) =>
      item.status !== "sent" || item.conversation !== conversation || (item.seq ?? 0) > record.head,
  );
  return kept.length === state.outbox.size ? state : { ...state, outbox: new Map(kept) };
}

/** After the log was replaced by an older one: what was sent may not be there, so it goes again. */
export function requeued(outbox: State["outbox"]): State["outbox"] {
  const items = [...outbox].map(([id, item]): [string, OutboxItem] => [
    id,
    item.status === "failed" ? item : again(item),
  ]);
  return new Map(items);
}

/** The item as it was before it was sent. */
export function again(item: OutboxItem): OutboxItem {
  const { seq: _, at: __, retry_at: ___, failure: ____, ...rest } = item;
  return { ...rest, status: "queued" };
}

/** A message's event is among the last rows when its reply arrives after it. */
const RECENT = 200;
