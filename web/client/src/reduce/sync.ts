// The beginning of a connection: what `hello` says, what `sync` brings, what the store held.

import type { Hello, Notifications, Sync, Synced } from "../generated/protocol.ts";
import { emptyState, type State } from "../state.ts";
import type { Saved } from "../store/store.ts";
import { HEAD_KEY } from "../store/store.ts";
import { applyConversation, forgetConversation, learnUsers } from "./events.ts";
import { withEntry } from "./map.ts";
import { again, requeued } from "./outbox.ts";

/** The first frame of a connection. */
export function applyHello(state: State, hello: Hello): State {
  const foreign = state.epoch !== undefined && state.epoch !== hello.epoch;
  const base = foreign ? forgotten(state) : state;
  const missed = hello.resume !== "resumed" || hello.signals_lost === true;
  return {
    ...base,
    me: hello.me,
    users: withEntry(base.users, hello.me.username, hello.me),
    epoch: hello.epoch,
    cursor: { mailbox: hello.mailbox, n: hello.n },
    limits: { text_bytes: hello.text_bytes, frame_bytes: hello.frame_bytes },
    needs_sync: base.needs_sync || missed,
    typing: missed ? new Map() : base.typing,
  };
}

/** A page of `sync`. */
export function applySynced(state: State, asked: Sync, page: Synced): State {
  const foreign = state.epoch !== undefined && state.epoch !== page.epoch;
  const first = asked.cursor === undefined;
  let next: State = foreign ? forgotten(state) : state;
  next = learnUsers({ ...next, epoch: page.epoch, me: page.me }, page.users);
  for (const id of page.gone) next = forgetConversation(next, id);
  for (const snapshot of page.conversations) next = applyConversation(next, snapshot);
  if (first) next = firstPage(next, page);
  return { ...next, ready: true, needs_sync: page.cursor !== undefined };
}

/** A page of the notification feed. */
export function applyNotifications(state: State, more: boolean, page: Notifications): State {
  const next = learnUsers(state, page.users);
  const old = more ? next.notifications.threads : [];
  const ids = new Set(old.map((thread) => thread.id));
  const threads = [...old, ...page.threads.filter((thread) => !ids.has(thread.id))];
  const notifications = { threads, unseen: page.unseen, cursor: page.cursor, loaded: true };
  return { ...next, notifications };
}

/** What the store held, under what is known by now. */
export function restored(state: State, saved: Saved): State {
  const head = saved.head.get(HEAD_KEY);
  const outbox = new Map(
    [...saved.outbox.values()]
      .filter((item) => item.status !== "sent")
      .sort((a, b) => (a.client_id < b.client_id ? -1 : 1))
      .map((item) => [item.client_id, item.status === "failed" ? item : again(item)]),
  );
  const written: State = { ...state, outbox, drafts: saved.drafts };
  if (!head) return written;
  const conversations = [...saved.conversations].map(
    ([id, each]) => [id, each.conversation] as const,
  );
  const timelines = [...saved.conversations].flatMap(([id, each]) =>
    each.timeline ? [[id, each.timeline] as const] : [],
  );
  return {
    ...written,
    ...head,
    ready: head.epoch !== undefined,
    users: new Map([...saved.users, [head.me.username, head.me]]),
    contacts: saved.contacts,
    conversations: new Map(conversations),
    timelines: new Map(timelines),
  };
}

/** Another tab's state; what this tab looks at stays its own. */
export function adopted(state: State, other: State): State {
  const own = [...state.timelines].filter(([id]) => state.open.has(id));
  return { ...other, open: state.open, timelines: new Map([...other.timelines, ...own]) };
}

function firstPage(state: State, page: Synced): State {
  const stale = state.feed !== undefined && state.feed.upto < page.feed_head;
  return {
    ...state,
    contacts: new Map(page.contacts.map((contact) => [contact.user.username, contact])),
    presence: new Map(page.presences.map((presence) => [presence.user, presence])),
    // The feed goes on from the snapshot. What came meanwhile is read again: each event of the
    // feed says how things are, so twice does no harm.
    feed: {
      id: page.feed,
      upto: page.feed_head,
      known: Math.max(page.feed_head, state.feed?.known ?? 0),
    },
    notifications: {
      ...state.notifications,
      unseen: page.unseen,
      loaded: state.notifications.loaded && !stale,
    },
  };
}

/** Another log than the one known: everything from it goes; what the user wrote stays. */
function forgotten(state: State): State {
  return {
    ...emptyState(state.me),
    connection: state.connection,
    limits: state.limits,
    outbox: requeued(state.outbox),
    drafts: state.drafts,
    open: state.open,
  };
}
