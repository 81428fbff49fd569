// Who is told of changes, and of new facts and signals.

import type { Told } from "./api.ts";
import type { Event } from "./generated/protocol.ts";
import type { Input } from "./input.ts";
import { isFeedEvent } from "./reduce/feed.ts";
import type { State } from "./state.ts";

/** The listeners of one client. */
export class Listeners {
  readonly #all = new Set<(state: State) => void>();
  readonly #byType = new Map<string, Set<(told: Told) => void>>();

  /** Adds one for every change; returns how to remove it. */
  subscribe(listener: (state: State) => void): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  /** Adds one for facts or signals of a type; returns how to remove it. */
  on(type: string, listener: (told: Told) => void): () => void {
    const listeners = this.#byType.get(type) ?? new Set();
    this.#byType.set(type, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Tells what `input` made of `before`. `current` is asked again: a listener may change it. */
  tell(before: State, input: Input, current: () => State): void {
    const news = toldBy(before, current(), input);
    for (const listener of [...this.#all]) listener(current());
    for (const told of news) {
      for (const listener of [...(this.#byType.get(told.type) ?? [])]) listener(told);
    }
  }
}

/** What there is to tell after `input` made `after` of `before`, in order. */
function toldBy(before: State, after: State, input: Input): readonly Told[] {
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
