// Which facts and signals an input brought that were not known before.

import type { Told } from "./api.ts";
import type { Event } from "./generated/protocol.ts";
import type { Input } from "./input.ts";
import { isFeedEvent } from "./reduce/feed.ts";
import type { State } from "./state.ts";

/** What there is to tell after `input` made `after` of `before`, in order. */
export function toldBy(before: State, after: State, input: Input): readonly Told[] {
  if (input.kind === "reply" && input.type === "log.get") {
    return input.ok.events.filter((event) => isNew(before, after, event));
  }
  if (input.kind !== "frame") return NOTHING;
  const { frame } = input;
  if (frame.type === "signal") return [frame.signal];
  return frame.type === "event" && isNew(before, after, frame.event) ? [frame.event] : NOTHING;
}

function isNew(before: State, after: State, event: Event): boolean {
  const { conversation, seq } = event;
  if (isFeedEvent(event)) {
    return seq > (before.feed?.upto ?? 0) && seq <= (after.feed?.upto ?? 0);
  }
  const record = after.conversations.get(conversation);
  // The first word of a new conversation comes before its record.
  if (!record) return seq > (before.stale.get(conversation) ?? 0);
  return seq > (before.conversations.get(conversation)?.head ?? 0) && seq <= record.head;
}

const NOTHING: readonly Told[] = [];
