// The one reducer: the page, the tab that holds the connection and the tests share it.

import type { Input, ReplyInput, StateFrame } from "../input.ts";
import type { State } from "../state.ts";
import { markedRead } from "./conversation.ts";
import {
  applyConversation,
  applyEvent,
  applyHistory,
  applyLog,
  forgetConversation,
  learnUsers,
} from "./events.ts";
import { contactChanged, rereadFeed, seenByReading } from "./feed.ts";
import { withElement, withEntry, without, withoutElement } from "./map.ts";
import { outcome, queued } from "./outbox.ts";
import { applySignal, typingExpired } from "./signals.ts";
import { adopted, applyHello, applyNotifications, applySynced, restored } from "./sync.ts";
import { tail } from "./timeline.ts";

/** How many rows of a conversation stay in memory after it was closed. */
const CLOSED_ROWS = 100;

/** The state after an input. Pure: time comes with the input. */
export function reduce(state: State, input: Input): State {
  switch (input.kind) {
    case "restored":
      return restored(state, input.saved);
    case "adopted":
      return adopted(state, input.state);
    case "connection":
      return { ...state, connection: input.connection };
    case "frame":
      return applyFrame(state, input.frame, input.now);
    case "reply":
      return applyReply(state, input);
    case "gone":
      return forgetConversation(state, input.conversation);
    case "queued":
      return queued(state, input.item);
    case "outcome":
      return outcome(state, input.item);
    case "discarded":
      return { ...state, outbox: without(state.outbox, input.client_id) };
    case "draft":
      return drafted(state, input);
    case "opened":
      return { ...state, open: withElement(state.open, input.conversation) };
    case "closed":
      return closed(state, input.conversation);
    case "read":
      return read(state, input.conversation, input.seq);
    case "tick":
      return typingExpired(state, input.now);
  }
}

function applyFrame(state: State, frame: StateFrame, now: number): State {
  switch (frame.type) {
    case "hello":
      return applyHello(state, frame);
    case "event": {
      const { cursor } = state;
      if (!cursor || frame.n <= cursor.n) return state;
      return applyEvent({ ...state, cursor: { ...cursor, n: frame.n } }, frame.event);
    }
    case "signal":
      return applySignal(state, frame.signal, now);
    case "reset": {
      const cursor = state.cursor && { ...state.cursor, n: frame.n };
      return { ...state, cursor, needs_sync: true };
    }
  }
}

function applyReply(state: State, input: ReplyInput): State {
  switch (input.type) {
    case "sync":
      return applySynced(state, input.fields, input.ok);
    case "history.get":
      return applyHistory(state, input.fields, input.ok);
    case "log.get":
      return applyLog(state, input.fields, input.ok);
    case "conversation.create":
    case "conversation.direct":
    case "conversation.get":
    case "conversation.join":
      return applyConversation(learnUsers(state, input.ok.users), input.ok.conversation);
    case "conversation.leave":
      return declined(state, input.fields.conversation);
    case "contact.request":
    case "contact.accept":
    case "contact.decline":
    case "contact.remove":
    case "contact.nickname":
    case "block.add":
    case "block.remove":
      return contactChanged(state, input.ok);
    case "contact.list":
      return {
        ...state,
        contacts: new Map(input.ok.contacts.map((each) => [each.user.username, each])),
      };
    case "me.get":
    case "me.update":
      return learnUsers({ ...state, me: input.ok.me }, [input.ok.me]);
    case "user.get":
      return learnUsers(state, [input.ok.user]);
    case "user.find":
    case "search":
      return learnUsers(state, input.ok.users);
    case "member.list":
      return learnUsers(
        state,
        input.ok.members.map((member) => member.user),
      );
    case "notification.list":
      if (input.fields.unseen) return learnUsers(state, input.ok.users);
      return rereadFeed(
        applyNotifications(state, input.fields.cursor !== undefined, input.ok),
        input.feed_upto,
      );
    case "presence.get": {
      const presence = new Map(state.presence);
      for (const each of input.ok.presences) presence.set(each.user, each);
      return { ...state, presence };
    }
    default:
      return state;
  }
}

/** Who declines an invitation never was in the conversation, and hears no more of it. */
function declined(state: State, id: string): State {
  const invited = state.conversations.get(id)?.standing === "invited";
  return invited ? forgetConversation(state, id) : state;
}

function drafted(state: State, input: Extract<Input, { kind: "draft" }>): State {
  const drafts = input.draft
    ? withEntry(state.drafts, input.key, input.draft)
    : without(state.drafts, input.key);
  return drafts === state.drafts ? state : { ...state, drafts };
}

function closed(state: State, id: string): State {
  const open = withoutElement(state.open, id);
  const timeline = state.timelines.get(id);
  if (!timeline) return { ...state, open };
  const kept = tail(timeline, CLOSED_ROWS);
  const timelines = kept ? withEntry(state.timelines, id, kept) : without(state.timelines, id);
  return { ...state, open, timelines };
}

function read(state: State, id: string, seq: number): State {
  const record = state.conversations.get(id);
  if (!record) return state;
  const next = markedRead(record, seq, state.timelines.get(id), state.me.username);
  if (next === record) return state;
  return seenByReading({ ...state, conversations: withEntry(state.conversations, id, next) });
}
