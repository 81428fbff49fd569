// What is not stored: typing, presence, markers.

import type { Signal } from "../generated/protocol.ts";
import type { State } from "../state.ts";
import { markerMoved } from "./conversation.ts";
import { unnamedIn } from "./feed.ts";
import { withEntry, without } from "./map.ts";

/** How long "is writing" is believed, in milliseconds. */
const TYPING_MS = 6_000;

/** A signal. */
export function applySignal(state: State, signal: Signal, now: number): State {
  switch (signal.type) {
    case "typing":
      if (signal.user === state.me.username) return state;
      if (!signal.active) return typingStopped(state, signal.conversation, signal.user);
      return typingStarted(state, signal.conversation, signal.user, now + TYPING_MS);
    case "presence": {
      const { type: _, ...presence } = signal;
      return { ...state, presence: withEntry(state.presence, signal.user, presence) };
    }
    case "profile":
      return { ...state, users: withEntry(state.users, signal.user.username, signal.user) };
    case "marker": {
      const record = state.conversations.get(signal.conversation);
      if (!record || signal.user === state.me.username) return state;
      const { user, delivered, read } = signal;
      const moved = markerMoved(record, { user, delivered, read });
      return { ...state, conversations: withEntry(state.conversations, record.id, moved) };
    }
    default:
      // A kind that a newer server knows.
      return state;
  }
}

/** Someone stopped writing, or wrote. */
export function typingStopped(state: State, conversation: string, user: string | undefined): State {
  const present = state.typing.get(conversation);
  const left = present?.filter((each) => each.user !== user);
  if (!present || left?.length === present.length) return state;
  const typing = left?.length
    ? withEntry(state.typing, conversation, left)
    : without(state.typing, conversation);
  return { ...state, typing };
}

/** Forgets who has been writing for too long. */
export function typingExpired(state: State, now: number): State {
  let next = state;
  for (const [conversation, users] of state.typing) {
    for (const each of users) {
      if (each.until <= now) next = typingStopped(next, conversation, each.user);
    }
  }
  return next;
}

/** When the next of {@link typingExpired} is due; undefined when nobody writes. */
export function typingDue(state: State): number | undefined {
  let due: number | undefined;
  for (const users of state.typing.values()) {
    for (const each of users) due = due === undefined ? each.until : Math.min(due, each.until);
  }
  return due;
}

function typingStarted(state: State, conversation: string, user: string, until: number): State {
  const others = (state.typing.get(conversation) ?? []).filter((each) => each.user !== user);
  const typing = withEntry(state.typing, conversation, [...others, { user, until }]);
  return { ...state, typing, unnamed: unnamedIn(state, [user]) };
}
