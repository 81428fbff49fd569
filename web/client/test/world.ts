import { amended, isAmendment } from "../src/reduce/amend.ts";
import type {
  Account,
  Conversation,
  Event,
  GetHistory,
  GetLog,
  Hello,
  History,
  Log,
  MessageCreatedEvent,
  Synced,
} from "../src/generated/protocol.ts";

export const AT = "2026-11-20T09:00:00.000Z";

/** An event without what the log adds. */
export type Draft = Event extends infer E
  ? E extends Event
    ? Omit<E, "conversation" | "seq" | "at"> & { at?: string }
    : never
  : never;

/** One conversation's log, and what a server makes of it. */
export class World {
  readonly log: Event[] = [];
  readonly id: string;
  read = 0;
  constructor(id = "c1") {
    this.id = id;
    this.append({ type: "conversation.created", sender: "alice" });
  }

  get head(): number {
    return this.log.length;
  }

  append(draft: Draft): Event {
    const event = { at: AT, ...draft, conversation: this.id, seq: this.head + 1 } as Event;
    this.log.push(event);
    if (event.type === "message.created" && event.sender === "alice") this.read = event.seq;
    return event;
  }

  /** A message as it is at a head. */
  present(event: Event, head = this.head): Event {
    if (event.type !== "message.created") return event;
    let message: MessageCreatedEvent = event;
    for (const each of this.log.slice(event.seq, head)) {
      if (isAmendment(each) && each.message === event.seq) {
        message = { ...message, ...(amended(message, each) as Partial<MessageCreatedEvent>) };
      }
    }
    return message;
  }

  history(asked: GetHistory, head = this.head): History {
    const limit = asked.limit ?? 50;
    const shown = this.log.slice(0, head).filter((event) => !isAmendment(event));
    let from = Math.max(0, shown.length - limit);
    let to = shown.length;
    if (asked.before !== undefined) {
      to = shown.filter((event) => event.seq < (asked.before ?? 0)).length;
      from = Math.max(0, to - limit);
    } else if (asked.after !== undefined) {
      from = shown.filter((event) => event.seq <= (asked.after ?? 0)).length;
      to = Math.min(shown.length, from + limit);
    } else if (asked.around !== undefined) {
      const middle = shown.filter((event) => event.seq < (asked.around ?? 0)).length;
      from = Math.max(0, middle - Math.ceil(limit / 2));
      to = Math.min(shown.length, middle + Math.ceil(limit / 2));
    }
    const items = shown.slice(from, to).map((event) => this.present(event, head));
    return {
      items,
      users: [],
      prev: from > 0 ? (items[0]?.seq ?? asked.before) : undefined,
      next: to < shown.length ? (items.at(-1)?.seq ?? asked.after) : undefined,
      head,
    };
  }

  piece(asked: GetLog): Log {
    const events = this.log.slice(asked.after, asked.after + (asked.limit ?? 200));
    return { events, head: this.head, first: 1 };
  }

  snapshot(me: string, head = this.head): Conversation {
    const messages = this.log
      .slice(0, head)
      .filter((event): event is MessageCreatedEvent => event.type === "message.created");
    const unread = messages.filter((event) => event.seq > this.read && event.sender !== me);
    const last = messages.at(-1);
    return {
      id: this.id,
      kind: "group",
      title: "Team",
      standing: "member",
      members: 3,
      head,
      first: 1,
      unread: unread.length,
      mentions: unread.filter((event) => event.mentions?.includes(me)).length,
      read: this.read,
      last: last && this.present(last, head),
      active_at: AT,
      created_at: AT,
    };
  }
}

export function account(username: string): Account {
  return { username, name: username, created_at: AT };
}

export function hello(parts: Partial<Hello> = {}): Hello & { type: "hello" } {
  return {
    type: "hello",
    resume: "new",
    mailbox: "m1",
    n: 0,
    session: "s1",
    me: account("alice"),
    epoch: "e1",
    protocol: 1,
    server: "test",
    ping_s: 30,
    grace_s: 60,
    text_bytes: 8000,
    frame_bytes: 65536,
    ...parts,
  };
}

export function synced(conversations: Conversation[], parts: Partial<Synced> = {}): Synced {
  return {
    epoch: "e1",
    me: account("alice"),
    conversations,
    gone: [],
    users: [account("alice"), account("bob"), account("carol")],
    contacts: [],
    presences: [],
    feed: "f1",
    feed_head: 0,
    unseen: 0,
    ...parts,
  };
}
