// What later events do to a message: one rule for timelines and for a conversation's last message.

import type { Event, MessageCreatedEvent, Reaction } from "../generated/protocol.ts";

/** An event about an earlier message. */
export type Amendment = Extract<
  Event,
  { type: "message.edited" | "message.retracted" | "reaction.added" | "reaction.removed" }
>;

/** What of a message can change. */
export interface Amendable {
  readonly text: string;
  readonly mentions?: readonly string[] | undefined;
  readonly edited?: number | undefined;
  readonly retracted?: boolean | undefined;
  readonly reactions?: readonly Reaction[] | undefined;
}

/** How many names a reaction carries; beyond, only the count goes on. */
const REACTION_USERS = 20;

/** Whether an event is about an earlier message. */
export function isAmendment(event: Event): event is Amendment {
  return (
    event.type === "message.edited" ||
    event.type === "message.retracted" ||
    event.type === "reaction.added" ||
    event.type === "reaction.removed"
  );
}

/** What an event makes of a message: the fields that change. */
export function amended(message: Amendable, event: Amendment): Partial<Amendable> {
  switch (event.type) {
    case "message.edited":
      // Out of the log a message comes with its newest text, before the edits that led to it.
      if (message.retracted || (message.edited ?? 0) > event.seq) return {};
      return { text: event.text, mentions: event.mentions ?? [], edited: event.seq };
    case "message.retracted":
      return { text: "", mentions: [], retracted: true, reactions: [] };
    case "reaction.added":
      return { reactions: reacted(message.reactions ?? [], event.emoji, event.sender ?? "") };
    case "reaction.removed":
      return { reactions: unreacted(message.reactions ?? [], event.emoji, event.sender ?? "") };
  }
}

/** A message as the log tells it: what comes after it tells of the reactions. */
export function unreactedTo(event: MessageCreatedEvent): MessageCreatedEvent {
  const { reactions: _, ...rest } = event;
  return rest;
}

function reacted(reactions: readonly Reaction[], emoji: string, user: string): readonly Reaction[] {
  const present = reactions.find((each) => each.emoji === emoji);
  if (!present) return [...reactions, { emoji, count: 1, users: [user] }];
  if (present.users.includes(user)) return reactions;
  const users = present.users.length < REACTION_USERS ? [...present.users, user] : present.users;
  return replaced(reactions, { emoji, count: present.count + 1, users });
}

function unreacted(
  reactions: readonly Reaction[],
  emoji: string,
  user: string,
): readonly Reaction[] {
  const present = reactions.find((each) => each.emoji === emoji);
  if (!present) return reactions;
  if (present.count <= 1) return reactions.filter((each) => each !== present);
  const users = present.users.filter((each) => each !== user);
  return replaced(reactions, { emoji, count: present.count - 1, users });
}

function replaced(reactions: readonly Reaction[], changed: Reaction): readonly Reaction[] {
  return reactions.map((each) => (each.emoji === changed.emoji ? changed : each));
}
