// Which marks an input makes necessary.

import type { Event } from "../generated/protocol.ts";
import type { Input } from "../input.ts";
import { isReadHere } from "../reduce/feed.ts";
import type { State } from "../state.ts";

/** Conversations in which something unread came: up to where it has been received. */
export function deliveredAt(before: State, after: State, input: Input): [string, number][] {
  if (before.conversations === after.conversations) return [];
  return touchedBy(input).flatMap((id): [string, number][] => {
    const record = after.conversations.get(id);
    if (record?.standing !== "member" || record.kind === "broadcast" || record.unread === 0) {
      return [];
    }
    const grown = record.head > (before.conversations.get(id)?.head ?? 0);
    return grown && record.head > record.read ? [[id, record.head]] : [];
  });
}

/** What was read here and the server does not know yet. */
export function readAhead(after: State, input: Input): [string, number][] {
  if (input.kind === "read") {
    const record = after.conversations.get(input.conversation);
    return record ? [[record.id, record.read]] : [];
  }
  if (input.kind !== "reply" || input.type !== "sync") return [];
  return input.ok.conversations.flatMap((told): [string, number][] => {
    const read = after.conversations.get(told.id)?.read ?? 0;
    return read > told.read ? [[told.id, read]] : [];
  });
}

/** Threads that the server believes unseen, of messages that were read here. */
export function threadsReadHere(after: State, input: Input): string[] {
  const threads = feedEvents(after, input).flatMap((event) =>
    event.type === "notification.changed" && isReadHere(after, event.thread)
      ? [event.thread.id]
      : [],
  );
  return [...new Set(threads)];
}

function feedEvents(state: State, input: Input): readonly Event[] {
  if (input.kind === "frame" && input.frame.type === "event") return [input.frame.event];
  const asked = input.kind === "reply" && input.type === "log.get" ? input : undefined;
  return asked && asked.fields.conversation === state.feed?.id ? asked.ok.events : [];
}

function touchedBy(input: Input): readonly string[] {
  if (input.kind === "frame" && input.frame.type === "event") {
    return [input.frame.event.conversation];
  }
  if (input.kind !== "reply") return [];
  switch (input.type) {
    case "sync":
      return input.ok.conversations.map((each) => each.id);
    case "log.get":
    case "conversation.get":
      return [input.fields.conversation];
    default:
      return [];
  }
}
