// Questions to a state. The answers keep their identity while what they depend on does.

import type { MessageRow, OutboxItem, Row, State, Timeline } from "./state.ts";
import type { Conversation, Presence, User } from "./generated/protocol.ts";

/** How far a message of one's own has come. */
export interface Receipt {
  readonly status: "queued" | "sending" | "sent" | "delivered" | "read" | "failed";
  /** Who has it but has not read it. Empty where the server does not tell (above 50 members). */
  readonly delivered: readonly string[];
  /** Who has read it. */
  readonly read: readonly string[];
  /** Of how many. */
  readonly of: number;
}

/** The timeline of a conversation with the messages on their way at its end. */
export function rows(state: State, conversation: string): readonly Row[] {
  const timeline = state.timelines.get(conversation);
  const pending = pendingRows(state, conversation);
  if (pending.length === 0) return timeline?.rows ?? NO_ROWS;
  if (!timeline) return pending;
  const known = joined.get(timeline);
  if (known && known.pending === pending) return known.rows;
  const rows = [...timeline.rows, ...pending];
  joined.set(timeline, { pending, rows });
  return rows;
}

/** The messages on their way; `place` is a conversation's id, or `@username` before there is one. */
export function pendingRows(state: State, place: string): readonly MessageRow[] {
  return pendingByPlace(state).get(place) ?? NO_ROWS;
}

function pendingByPlace(state: State): ReadonlyMap<string, readonly MessageRow[]> {
  const known = byPlace.get(state.outbox);
  if (known) return known;
  const places = new Map<string, MessageRow[]>();
  for (const item of state.outbox.values()) {
    const list = places.get(placeOf(item)) ?? [];
    list.push(pendingRow(item, state.me.username));
    places.set(placeOf(item), list);
  }
  byPlace.set(state.outbox, places);
  return places;
}

/** The conversation a message goes to, or `@username`. */
export function placeOf(item: {
  conversation?: string | undefined;
  to?: string | undefined;
}): string {
  return item.conversation ?? `@${item.to ?? ""}`;
}

/** How far a message of one's own has come. */
export function receipt(state: State, conversation: string, row: MessageRow): Receipt {
  const seq = row.seq;
  if (seq === undefined)
    return { status: row.pending?.status ?? "queued", delivered: [], read: [], of: 0 };
  const record = state.conversations.get(conversation);
  const markers = (record?.markers ?? []).filter((marker) => marker.user !== state.me.username);
  const read = markers.filter((marker) => marker.read >= seq).map((marker) => marker.user);
  const delivered = markers
    .filter((marker) => marker.read < seq && marker.delivered >= seq)
    .map((marker) => marker.user);
  const of = Math.max(markers.length, (record?.members ?? 1) - 1);
  const status =
    of > 0 && read.length >= of
      ? "read"
      : of > 0 && read.length + delivered.length >= of
        ? "delivered"
        : "sent";
  return { status, delivered, read, of };
}

/**
 * The conversations that belong in a list, last active first. One in which the user no longer takes
 * part belongs there for as long as a message to it waits or has failed: it must be found again.
 */
export function conversationList(state: State): readonly Conversation[] {
  const stranded = strandedIn(state);
  const known = lists.get(state.conversations);
  if (known && known.stranded.join() === stranded.join()) return known.list;
  const list = [...state.conversations.values()]
    .filter((each) => each.kind !== "feed" && (takesPart(each) || stranded.includes(each.id)))
    .sort((a, b) => (a.active_at < b.active_at ? 1 : a.active_at > b.active_at ? -1 : 0));
  lists.set(state.conversations, { stranded, list });
  return list;
}

function takesPart({ standing }: Conversation): boolean {
  return standing === "member" || standing === "invited";
}

/** Conversations that one is no longer in, with messages that did not go out. */
function strandedIn(state: State): readonly string[] {
  return [...pendingByPlace(state).keys()].filter((place) => {
    const record = state.conversations.get(place);
    return record && !takesPart(record);
  });
}

/** The direct conversation with a user, when there is one. */
export function directWith(state: State, username: string): Conversation | undefined {
  for (const each of state.conversations.values()) {
    if (each.kind === "direct" && each.peer === username) return each;
  }
  return undefined;
}

/** How to call a user: the own nickname for them, their name, their username. */
export function displayName(state: State, username: string): string {
  return state.contacts.get(username)?.nickname || state.users.get(username)?.name || username;
}

/** How to call a conversation. */
export function conversationTitle(state: State, conversation: Conversation): string {
  if (conversation.peer !== undefined) return displayName(state, conversation.peer);
  return conversation.title ?? conversation.id;
}

/** A user's profile; a bare one while it is not known. */
export function userOf(state: State, username: string): User {
  return state.users.get(username) ?? { username, name: username };
}

/** A user's presence. While not online, nobody's is known. */
export function presenceOf(state: State, username: string): Presence | undefined {
  return state.connection.state === "online" ? state.presence.get(username) : undefined;
}

/** Who writes in a conversation, except oneself. */
export function typingIn(state: State, conversation: string): readonly string[] {
  return state.typing.get(conversation)?.map((each) => each.user) ?? NOBODY;
}

/** Unread messages in all conversations that are not muted, for a badge. */
export function totalUnread(state: State, now: number): number {
  let total = 0;
  for (const each of state.conversations.values()) {
    if (each.standing !== "member") continue;
    if (each.muted_until !== undefined && Date.parse(each.muted_until) > now) continue;
    total += each.unread > 0 ? each.unread : each.marked_unread ? 1 : 0;
  }
  return total;
}

/** The window reaches the newest place that is known. */
export function atEnd(state: State, conversation: string): boolean {
  const timeline = state.timelines.get(conversation);
  return timeline !== undefined && timeline.to >= timeline.upto;
}

function pendingRow(item: OutboxItem, me: string): MessageRow {
  return {
    kind: "message",
    key: item.client_id,
    seq: item.seq,
    at: item.at ?? item.created_at,
    sender: me,
    mine: true,
    client_id: item.client_id,
    text: item.text,
    reply_to: item.reply_to,
    mentions: item.mentions ?? [],
    extensions: item.extensions ?? {},
    edited: undefined,
    retracted: false,
    reactions: [],
    as_of: item.seq ?? 0,
    pending: item,
  };
}

const NO_ROWS: readonly MessageRow[] = [];
const NOBODY: readonly string[] = [];
const joined = new WeakMap<Timeline, { pending: readonly Row[]; rows: readonly Row[] }>();
const byPlace = new WeakMap<object, ReadonlyMap<string, readonly MessageRow[]>>();
const lists = new WeakMap<
  object,
  { readonly stranded: readonly string[]; readonly list: readonly Conversation[] }
>();
