// Generated from the Rust wire types by `cargo xtask codegen`. Do not edit.

/** The WebSocket subprotocol of these frames. */
export const SUBPROTOCOL = "switchboard.v1.json";

/** The version of the protocol, told in `Hello`. */
export const PROTOCOL_VERSION = 1;

/**
 * What the caller may do in a conversation, so that a client need not know the rules.
 * - `post`: Write messages and edit one's own.
 * - `react`: React to messages.
 * - `invite`: Add or invite users.
 * - `configure`: Change title, topic, picture and openness.
 * - `moderate`: Remove and ban members and retract others' messages.
 * - `appoint`: Give and take roles.
 * - `transfer`: Hand the conversation over to another owner.
 * - `leave`: Leave.
 * - `join`: Join (public, or invited).
 */
export type Ability = "post" | "react" | "invite" | "configure" | "moderate" | "appoint" | "transfer" | "leave" | "join";

/** Accepts a contact request. */
export interface AcceptContact {
  /** Whose. */
  username: string;
}

/** A user's own account. */
export interface Account {
  /** Path of the picture on this server, `/v1/users/{username}/avatar?v=…`. */
  avatar?: string | undefined;
  /** A few words about themselves. */
  bio?: string | undefined;
  /** When the account was made. */
  created_at: Time;
  /** True when the account was deleted; its messages stay under this name. */
  deleted?: boolean | undefined;
  /** The display name; the username when none was chosen. */
  name: string;
  /** May this account use the administrative commands. */
  operator?: boolean | undefined;
  /** The name that identifies the user; it never changes. */
  username: string;
}

/**
 * Tells that everything up to this mailbox number arrived, so that the server may forget it.
 * The only command without a reply.
 */
export interface Ack {
  /** The last number that was handled. */
  n: number;
}

/** Adds a user, or invites one who does not accept strangers. */
export interface AddMember {
  /** Where. */
  conversation: string;
  /** Whom. */
  username: string;
}

/** Reacts to a message; doing it twice changes nothing. */
export interface AddReaction {
  /** Where. */
  conversation: string;
  /** One emoji. */
  emoji: string;
  /** The message's place. */
  message: number;
}

/** The event that the command became. `seq` is the head when nothing had to change. */
export interface Appended {
  /** When it was committed. */
  at: Time;
  /** Where. */
  conversation: string;
  /** The event's place. */
  seq: number;
}

/** Removes a user and keeps them out. */
export interface BanMember {
  /** Where. */
  conversation: string;
  /** Whom. */
  username: string;
}

/** Blocks a user: no messages, calls, requests or presence; they are not told. */
export interface Block {
  /** Whom. */
  username: string;
}

/** Changes the password and ends the caller's other sessions. */
export interface ChangePassword {
  /** The present one. */
  current: string;
  /** The new one. */
  new: string;
}

/** A contact, a request, or a block, seen from the owner. */
export interface Contact {
  /** The owner blocks them. */
  blocked?: boolean | undefined;
  /** The owner's own name for them. */
  nickname?: string | undefined;
  /** What was written with the request. */
  note?: string | undefined;
  /** Since when the relation is what it is. */
  since: Time;
  /** The relation. */
  state: ContactState;
  /** The other. */
  user: User;
}

/**
 * Where a contact relation stands, seen from the owner.
 * - `outgoing`: I asked and wait.
 * - `incoming`: They asked and wait for me.
 * - `accepted`: Both agreed.
 * - `none`: No relation (any longer).
 */
export type ContactState = "outgoing" | "incoming" | "accepted" | "none";

/** Contacts, requests and blocks. */
export interface Contacts {
  /** By name. */
  contacts: Contact[];
}

/** A conversation as the caller sees it. */
export interface Conversation {
  /** Its id. */
  id: string;
  /** When something last happened here. */
  active_at: Time;
  /** What the caller may do here now. */
  can?: Ability[] | undefined;
  /** When it was made. */
  created_at: Time;
  /** The first place of the log that is still kept. */
  first: number;
  /** The last place of the log that the caller may read. */
  head: number;
  /** Direct, group, broadcast or feed. */
  kind: ConversationKind;
  /** The newest message in its present state. */
  last?: Event | undefined;
  /** The caller marked it as unread by hand. */
  marked_unread?: boolean | undefined;
  /** The other members' markers; left out above 50 members. */
  markers?: Marker[] | undefined;
  /** How many members there are. */
  members: number;
  /** How many of those mention the caller. */
  mentions: number;
  /** No notifications until then. */
  muted_until?: Time | undefined;
  /** The other side of a direct conversation. */
  peer?: string | undefined;
  /** Anyone may find and join it. */
  public?: boolean | undefined;
  /** The caller's own read marker. */
  read: number;
  /** The caller's role while a member. */
  role?: Role | undefined;
  /** The caller's standing. */
  standing: Standing;
  /** The name of a group or broadcast. */
  title?: string | undefined;
  /** What it is about. */
  topic?: string | undefined;
  /** Messages after the caller's read marker. */
  unread: number;
}

/**
 * What sort of conversation.
 * - `direct`: Between two users; one per pair.
 * - `group`: Between many; every member writes.
 * - `broadcast`: Owner and admins write, members read.
 * - `feed`: A user's private feed; only its owner ever sees it.
 */
export type ConversationKind = "direct" | "group" | "broadcast" | "feed";

/** Makes a group or broadcast; the caller owns it. */
export interface CreateConversation {
  /** A UUID; the same again returns the first result. */
  client_id?: string | undefined;
  /** `group` or `broadcast`. */
  kind: ConversationKind;
  /** Whom to add or invite at once, at most 100. */
  members?: string[] | undefined;
  /** Anyone may find and join it. */
  public?: boolean | undefined;
  /** Its name. */
  title: string;
  /** What it is about. */
  topic?: string | undefined;
}

/** Declines a contact request; they are not told. */
export interface DeclineContact {
  /** Whose. */
  username: string;
}

/** Deletes the own account for ever. */
export interface DeleteAccount {
  /** The password, once more. */
  password: string;
}

/** Public conversations by name. */
export interface Discover {
  /** Continue from here. */
  cursor?: string | undefined;
  /** At most so many, 1 to 100; 20 when absent. */
  limit?: number | undefined;
  /** A beginning of a word of the title; all when empty. */
  q?: string | undefined;
}

/** Public conversations. */
export interface Discovered {
  /** By name. */
  conversations: PublicConversation[];
  /** Where to continue; absent at the end. */
  cursor?: string | undefined;
}

/** Done; nothing more to say. */
export type Done = object;

/** Changes the text of one's own message. */
export interface EditMessage {
  /** Where. */
  conversation: string;
  /** Members it names; when absent, `@username` in the text is looked for. */
  mentions?: string[] | undefined;
  /** The message's place. */
  message: number;
  /** The new text. */
  text: string;
}

/** What went wrong, in a reply or (as `application/problem+json`) in an HTTP answer. */
export interface ErrorBody {
  /** A stable word of the table in `docs/errors.md`, such as `not_found`. */
  code: string;
  /** An opaque id under which the server's log holds the cause of an internal error. */
  incident?: string | undefined;
  /** What happened and what to do about it, in English, for a developer's log. */
  message: string;
  /** The field that is wrong, as a JSON pointer (RFC 6901), when one field is. */
  pointer?: string | undefined;
  /** When to try again, in milliseconds from now. */
  retry_after_ms?: number | undefined;
}

/** What every Event has. */
export interface EventBase {
  /** When the server committed it. */
  at: Time;
  /** Whose log. */
  conversation: string;
  /** Who caused it; absent when the server did. */
  sender?: string | undefined;
  /** The place in the log: gap-free, from 1. */
  seq: number;
}

/**
 * A message was written. In history it carries its present state: an edited text, reactions,
 * or `retracted` with an empty text.
 */
export interface MessageCreatedEvent extends EventBase {
  type: "message.created";
  /** The sender's id of it, a UUID; tells the sender which of theirs it is. */
  client_id?: string | undefined;
  /** The place of the newest edit, when it was edited. */
  edited?: number | undefined;
  /** Opaque additions of other protocols, by namespace, handed back unchanged. */
  extensions?: Record<string, unknown> | undefined;
  /** Members it names. */
  mentions?: string[] | undefined;
  /** The reactions it has. */
  reactions?: Reaction[] | undefined;
  /** The message it answers. */
  reply_to?: number | undefined;
  /** It was taken back. */
  retracted?: boolean | undefined;
  /** The text. */
  text: string;
}

/** A message's text was changed. */
export interface MessageEditedEvent extends EventBase {
  type: "message.edited";
  /** Members it names now. */
  mentions?: string[] | undefined;
  /** The place of the message. */
  message: number;
  /** Its new text; empty when the message was retracted since. */
  text: string;
}

/** A message was taken back, by its sender or a moderator. */
export interface MessageRetractedEvent extends EventBase {
  type: "message.retracted";
  /** The place of the message. */
  message: number;
}

/** Someone (`sender`) reacted to a message. */
export interface ReactionAddedEvent extends EventBase {
  type: "reaction.added";
  /** The emoji. */
  emoji: string;
  /** The place of the message. */
  message: number;
}

/** Someone (`sender`) took a reaction back. */
export interface ReactionRemovedEvent extends EventBase {
  type: "reaction.removed";
  /** The emoji. */
  emoji: string;
  /** The place of the message. */
  message: number;
}

/** The conversation began. Always at seq 1. */
export interface ConversationCreatedEvent extends EventBase {
  type: "conversation.created";
  /** Its name. */
  title?: string | undefined;
}

/** Its settings changed; only what changed is there. */
export interface ConversationUpdatedEvent extends EventBase {
  type: "conversation.updated";
  /** Open to anyone, or by invitation. */
  public?: boolean | undefined;
  /** The new name. */
  title?: string | undefined;
  /** The new topic; empty when it was removed. */
  topic?: string | undefined;
}

/** A user became a member. */
export interface MemberJoinedEvent extends EventBase {
  type: "member.joined";
  /** Who. */
  member: string;
  /** How many members there are now. */
  members: number;
  /** With which role. */
  role: Role;
}

/** A user was invited. */
export interface MemberInvitedEvent extends EventBase {
  type: "member.invited";
  /** Who. */
  member: string;
}

/** An invited user declined. */
export interface MemberDeclinedEvent extends EventBase {
  type: "member.declined";
  /** Who. */
  member: string;
}

/** A member left. */
export interface MemberLeftEvent extends EventBase {
  type: "member.left";
  /** Who. */
  member: string;
  /** How many members there are now. */
  members: number;
}

/** A member was removed by the sender. */
export interface MemberRemovedEvent extends EventBase {
  type: "member.removed";
  /** Who. */
  member: string;
  /** How many members there are now. */
  members: number;
}

/** A user was banned by the sender. */
export interface MemberBannedEvent extends EventBase {
  type: "member.banned";
  /** Who. */
  member: string;
  /** How many members there are now. */
  members: number;
}

/** A ban was lifted. */
export interface MemberUnbannedEvent extends EventBase {
  type: "member.unbanned";
  /** Who. */
  member: string;
}

/** A member's role changed. */
export interface MemberRoleChangedEvent extends EventBase {
  type: "member.role_changed";
  /** Who. */
  member: string;
  /** The new role. */
  role: Role;
}

/** The sender handed the conversation over; they are an admin from now on. */
export interface ConversationTransferredEvent extends EventBase {
  type: "conversation.transferred";
  /** The new owner. */
  member: string;
}

/** In the feed: a contact relation changed; this is what it is now. */
export interface ContactChangedEvent extends EventBase {
  type: "contact.changed";
  /** The relation. */
  contact: Contact;
}

/** In the feed: the caller read elsewhere, or marked as unread. */
export interface ReadChangedEvent extends EventBase {
  type: "read.changed";
  /** The conversation's head when it was counted: what came after it is unread besides. */
  head: number;
  /** Marked as unread by hand. */
  marked_unread?: boolean | undefined;
  /** How many of those mention the caller. */
  mentions: number;
  /** The conversation that was read. */
  of: string;
  /** Up to where. */
  read: number;
  /** How many messages are unread now. */
  unread: number;
}

/** In the feed: a notification thread is new or has changed. */
export interface NotificationChangedEvent extends EventBase {
  type: "notification.changed";
  /** The thread as it is now. */
  thread: NotificationThread;
  /** Unseen items in all threads. */
  unseen: number;
}

/** In the feed: threads were seen. */
export interface NotificationSeenEvent extends EventBase {
  type: "notification.seen";
  /** Which; all of them when empty. */
  threads: string[];
  /** Unseen items in all threads. */
  unseen: number;
}

/** In the feed: the own profile changed. */
export interface ProfileChangedEvent extends EventBase {
  type: "profile.changed";
  /** What it is now. */
  user: User;
}

/** In the feed: an own setting of a conversation changed. */
export interface ConversationMutedEvent extends EventBase {
  type: "conversation.muted";
  /** Which. */
  of: string;
  /** No notifications until then; absent: no longer muted. */
  until?: Time | undefined;
}

/** A fact in a conversation's log. `(conversation, seq)` identifies it. */
export type Event =
  | MessageCreatedEvent
  | MessageEditedEvent
  | MessageRetractedEvent
  | ReactionAddedEvent
  | ReactionRemovedEvent
  | ConversationCreatedEvent
  | ConversationUpdatedEvent
  | MemberJoinedEvent
  | MemberInvitedEvent
  | MemberDeclinedEvent
  | MemberLeftEvent
  | MemberRemovedEvent
  | MemberBannedEvent
  | MemberUnbannedEvent
  | MemberRoleChangedEvent
  | ConversationTransferredEvent
  | ContactChangedEvent
  | ReadChangedEvent
  | NotificationChangedEvent
  | NotificationSeenEvent
  | ProfileChangedEvent
  | ConversationMutedEvent;

/** Users whose username or name begins with something. */
export interface FindUsers {
  /** At most so many, 1 to 50; 20 when absent. */
  limit?: number | undefined;
  /** The beginning, at least two characters. */
  q: string;
}

/** Messages that were found, newest first. */
export interface Found {
  /** Where to continue; absent at the end. */
  cursor?: string | undefined;
  /** The messages. */
  hits: Hit[];
  /** Everyone who wrote them. */
  users: User[];
}

/** One conversation. */
export interface GetConversation {
  /** Which. */
  conversation: string;
}

/**
 * A page of history, oldest first, each message in its present state. At most one of `before`,
 * `after` and `around`; without any, the newest.
 */
export interface GetHistory {
  /** From, without, this place. */
  after?: number | undefined;
  /** Half before and half from this place on. */
  around?: number | undefined;
  /** Up to, without, this place. */
  before?: number | undefined;
  /** Where. */
  conversation: string;
  /** At most so many, 1 to 200; 50 when absent. */
  limit?: number | undefined;
}

/** The log itself after a place, every event, to close a gap. */
export interface GetLog {
  /** From, without, this place. */
  after: number;
  /** Where; a conversation's id, or the feed's. */
  conversation: string;
  /** At most so many, 1 to 500; 200 when absent. */
  limit?: number | undefined;
}

/** The own account. */
export type GetMe = object;

/** The presence of users, as far as the caller may see it; the others are left out. */
export interface GetPresence {
  /** Whose, at most 200. */
  users: string[];
}

/** One user's profile. */
export interface GetUser {
  /** Whose. */
  username: string;
}

/** The first frame from the server on every connection. */
export interface Hello {
  /** The log's epoch; another one than the client knows: forget everything and `sync`. */
  epoch: string;
  /** The largest frame that the server takes, in bytes. */
  frame_bytes: number;
  /** How long the mailbox outlives the connection, in seconds. */
  grace_s: number;
  /** The mailbox's id; `mailbox.n` is the cursor to resume with. */
  mailbox: string;
  /** Who is signed in. */
  me: Account;
  /** The last number before the events that follow. */
  n: number;
  /** Send something at least this often, in seconds; `ping` will do. */
  ping_s: number;
  /** `PROTOCOL_VERSION`. */
  protocol: number;
  /** What became of the attempt to resume. */
  resume: ResumeOutcome;
  /** The server's version. */
  server: string;
  /** The session's id. */
  session: string;
  /** Signals were lost while away: `sync` for markers and presence. */
  signals_lost?: boolean | undefined;
  /** The largest text of a message, in bytes of UTF-8. */
  text_bytes: number;
}

/** A page of history, oldest first. */
export interface History {
  /** The head when the page was read. */
  head: number;
  /** Messages in their present state and what else happened, without edits, retractions and reactions. */
  items: Event[];
  /** Ask `after` this for newer ones; absent at the end. */
  next?: number | undefined;
  /** Ask `before` this for older ones; absent at the beginning. */
  prev?: number | undefined;
  /** Everyone who wrote them. */
  users: User[];
}

/** A message that was found. */
export interface Hit {
  /** Where the words stand in its text: start and end in UTF-16 code units. */
  marks: Array<[number, number]>;
  /** The message in its present state. */
  message: Event;
}

/** Joins a public conversation, or accepts an invitation or a stranger's direct conversation. */
export interface Join {
  /** Which. */
  conversation: string;
}

/** Leaves, or declines an invitation. */
export interface Leave {
  /** Which. */
  conversation: string;
}

/** Contacts, requests and blocks. */
export type ListContacts = object;

/** Members by role and name. */
export interface ListMembers {
  /** The banned instead of the members. */
  banned?: boolean | undefined;
  /** Of which. */
  conversation: string;
  /** Continue from here. */
  cursor?: string | undefined;
  /** At most so many, 1 to 200; 100 when absent. */
  limit?: number | undefined;
}

/** The notification feed, newest first. */
export interface ListNotifications {
  /** Continue from here. */
  cursor?: string | undefined;
  /** At most so many, 1 to 100; 30 when absent. */
  limit?: number | undefined;
  /** Only threads with unseen items. */
  unseen?: boolean | undefined;
}

/** The caller's signed-in sessions. */
export type ListSessions = object;

/** Every text that a message had, oldest first. */
export interface ListVersions {
  /** Where. */
  conversation: string;
  /** The message's place. */
  message: number;
}

/** A piece of the log, in order. */
export interface Log {
  /** The events; text that was retracted since is empty. */
  events: Event[];
  /** The first place that is still kept: a client that is behind it has a gap that cannot be filled. */
  first: number;
  /** The head when it was read; ask on while the last event's seq is smaller. */
  head: number;
}

/** Tells that messages up to a place reached one of the caller's devices. Never goes back. */
export interface MarkDelivered {
  /** Where. */
  conversation: string;
  /** The place. */
  seq: number;
}

/** Tells that the caller has read up to a place. Never goes back. */
export interface MarkRead {
  /** Where. */
  conversation: string;
  /** The place. */
  seq: number;
}

/** Shows the conversation as unread until it is read again. */
export interface MarkUnread {
  /** Where. */
  conversation: string;
}

/** How far a member has received and read. */
export interface Marker {
  /** Received up to this place. */
  delivered: number;
  /** Read up to this place. */
  read: number;
  /** Whose. */
  user: string;
}

/** The own account. */
export interface Me {
  /** The account. */
  me: Account;
}

/** A member of a conversation. */
export interface Member {
  /** Their role. */
  role: Role;
  /** Since when. */
  since: Time;
  /** Their standing: member, invited or banned. */
  standing: Standing;
  /** Who. */
  user: User;
}

/** What became of adding a member. */
export interface MemberAdded {
  /** They were invited and have to accept; false: they are a member now. */
  invited: boolean;
}

/** Members. */
export interface Members {
  /** Where to continue; absent at the end. */
  cursor?: string | undefined;
  /** By role and name. */
  members: Member[];
}

/** No notifications from a conversation for a while. */
export interface Mute {
  /** Which. */
  conversation: string;
  /** Until when; absent: no longer muted. */
  until?: Time | undefined;
}

/**
 * What a notification is about.
 * - `mention`: Someone named the user in a message, or replied to them.
 * - `message`: Messages came while the user was away.
 * - `contact_request`: Someone asks to become a contact.
 * - `reaction`: Someone reacted to the user's message.
 * - `invitation`: The user was invited to a conversation.
 * - `missed_call`: A call was not taken.
 */
export type NotificationKind = "mention" | "message" | "contact_request" | "reaction" | "invitation" | "missed_call";

/** Notifications of one kind about one thing: a new one joins the thread or opens it. */
export interface NotificationThread {
  /** Its id. */
  id: string;
  /** Who caused it, newest first, at most 5. */
  actors: string[];
  /** When the newest came. */
  at: Time;
  /** The conversation, when it is about one. */
  conversation?: string | undefined;
  /** How many items the thread holds. */
  count: number;
  /** The beginning of the newest message, or the emoji. */
  excerpt?: string | undefined;
  /** What it is about. */
  kind: NotificationKind;
  /** The message: the one reacted to, or the newest that mentions or was missed. */
  message?: number | undefined;
  /** How many of them were not seen. */
  unseen: number;
}

/** The notification feed. */
export interface Notifications {
  /** Where to continue; absent at the end. */
  cursor?: string | undefined;
  /** Newest first. */
  threads: NotificationThread[];
  /** Unseen items in all threads. */
  unseen: number;
  /** Everyone named in them. */
  users: User[];
}

/** One relation as it is now. */
export interface OneContact {
  /** The relation. */
  contact: Contact;
}

/** One conversation and whom it names. */
export interface OneConversation {
  /** The conversation. */
  conversation: Conversation;
  /** The peer, the last sender. */
  users: User[];
}

/** One user. */
export interface OneUser {
  /** The user. */
  user: User;
}

/** Opens the direct conversation with a user; the one that is there, when there is one. */
export interface OpenDirect {
  /** With whom. */
  username: string;
}

/** Asks for a sign of life. */
export type Ping = object;

/** A sign of life. */
export interface Pong {
  /** The server's time. */
  at: Time;
}

/** A user's presence, told to accepted contacts and fellow members only. */
export interface Presence {
  /** When they were last connected; absent while they are. */
  last_seen?: Time | undefined;
  /** What it is. */
  state: PresenceState;
  /** Whose. */
  user: string;
}

/**
 * Availability now.
 * - `active`: Connected and in use.
 * - `away`: Connected, not in use.
 * - `offline`: Not connected.
 */
export type PresenceState = "active" | "away" | "offline";

/** Presences that the caller may see. */
export interface Presences {
  /** One a user. */
  presences: Presence[];
}

/** A public conversation as one who may join sees it. */
export interface PublicConversation {
  /** Its id. */
  id: string;
  /** The caller is one of them. */
  joined: boolean;
  /** How many members. */
  members: number;
  /** Its name. */
  title: string;
  /** What it is about. */
  topic?: string | undefined;
}

/** One emoji under a message. */
export interface Reaction {
  /** How many gave it. */
  count: number;
  /** The emoji. */
  emoji: string;
  /** Who gave it, the first 20. */
  users: string[];
}

/** Ends a contact relation, or takes a request back. */
export interface RemoveContact {
  /** Whom. */
  username: string;
}

/** Removes a member or takes an invitation back. */
export interface RemoveMember {
  /** Where. */
  conversation: string;
  /** Whom. */
  username: string;
}

/** Takes a reaction back. */
export interface RemoveReaction {
  /** Where. */
  conversation: string;
  /** The emoji. */
  emoji: string;
  /** The message's place. */
  message: number;
}

/** Asks a user to become a contact; accepts when they had asked. */
export interface RequestContact {
  /** A few words, at most 500 bytes. */
  note?: string | undefined;
  /** Whom. */
  username: string;
}

/**
 * How a connection begins in its mailbox.
 * - `new`: A new mailbox; nothing was asked to be resumed.
 * - `resumed`: The mailbox continues after the number given: nothing was missed.
 * - `reset`: The mailbox is gone or had overflowed: `sync` with the heads you know, then close gaps with `log.get`.
 */
export type ResumeOutcome = "new" | "resumed" | "reset";

/** Takes one's own message back; moderators may take back others'. */
export interface RetractMessage {
  /** Where. */
  conversation: string;
  /** The message's place. */
  message: number;
}

/** Ends one of the caller's sessions. */
export interface RevokeSession {
  /** Which. */
  session: string;
}

/**
 * A member's role.
 * - `owner`: May do everything, also hand the conversation over.
 * - `admin`: May manage members and settings.
 * - `member`: May take part.
 */
export type Role = "owner" | "admin" | "member";

/** Finds messages by words, in what the caller may read, newest first. */
export interface Search {
  /** Only there. */
  conversation?: string | undefined;
  /** Continue from here. */
  cursor?: string | undefined;
  /** Only from this user. */
  from?: string | undefined;
  /** At most so many, 1 to 100; 20 when absent. */
  limit?: number | undefined;
  /** The words; all must be there. The last one may be a beginning. */
  q: string;
}

/** Marks notification threads as seen. */
export interface SeeNotifications {
  /** Which; all of them when empty. */
  threads?: string[] | undefined;
}

/**
 * Writes a message, to a `conversation` or `to` a user (which opens the direct conversation).
 * The same `client_id` again returns the first result; with another text it is a `conflict`.
 */
export interface SendMessage {
  /** A UUID made by the client (version 7 is best), the same on every retry. */
  client_id: string;
  /** Where; or `to`. */
  conversation?: string | undefined;
  /** Opaque additions, by namespace, at most 4 KiB together. */
  extensions?: Record<string, unknown> | undefined;
  /** Members it names; when absent, `@username` in the text is looked for. */
  mentions?: string[] | undefined;
  /** The message it answers. */
  reply_to?: number | undefined;
  /** The text, at most `limits.text_bytes`. */
  text: string;
  /** To whom; or `conversation`. */
  to?: string | undefined;
}

/** The message is durable and has its place. */
export interface Sent {
  /** When it was committed. */
  at: Time;
  /** The sender's id of it. */
  client_id: string;
  /** Where. */
  conversation: string;
  /** It had been accepted before; this is the first result. */
  repeated?: boolean | undefined;
  /** Its place. */
  seq: number;
}

/** The first frame. */
export interface HelloServerFrame extends Hello {
  type: "hello";
}

/** The answer to a command. */
export type ReplyServerFrame = ({
  ok: unknown;
} | {
  error: ErrorBody;
}) & ({
  type: "reply";
  /** The command's number; absent when it could not be read. */
  id?: number | undefined;
});

/** A fact. */
export interface EventServerFrame {
  type: "event";
  /** The fact. */
  event: Event;
  /** The mailbox number. */
  n: number;
}

/** Something that is not stored. */
export interface SignalServerFrame {
  type: "signal";
  /** It. */
  signal: Signal;
}

/** The mailbox overflowed and was emptied: `sync` with the heads you know. Numbers go on. */
export interface ResetServerFrame {
  type: "reset";
  /** The last number that was given. */
  n: number;
}

/** The session ends; the connection closes next. */
export interface EndServerFrame {
  type: "end";
  /** `slow_consumer`, `replaced`, `revoked`, `idle`, `draining` or `protocol_error`. */
  reason: string;
  /** Come back: yes (the same session goes on) or no (sign in again). */
  reconnect: boolean;
}

/** What the server sends. */
export type ServerFrame =
  | HelloServerFrame
  | ReplyServerFrame
  | EventServerFrame
  | SignalServerFrame
  | ResetServerFrame
  | EndServerFrame;

/** A signed-in session: what sign-in made and sign-out ends. */
export interface SessionView {
  /** Its id. */
  id: string;
  /** Is it connected now. */
  connected: boolean;
  /** When it was made. */
  created_at: Time;
  /** Is it the one that asks. */
  current: boolean;
  /** What the client calls itself, such as `Firefox on Linux`. */
  device: string;
  /** When it ends by itself. */
  expires_at: Time;
  /** When it was last used, to the minute. */
  last_used_at: Time;
}

/** Signed-in sessions. */
export interface Sessions {
  /** Last used first. */
  sessions: SessionView[];
}

/** Gives a contact a name of one's own. */
export interface SetNickname {
  /** The name; absent or empty removes it. */
  nickname?: string | undefined;
  /** Whom. */
  username: string;
}

/** Tells whether the user is at this device. Connected without having said: active. */
export interface SetPresence {
  /** `active` or `away`. */
  state: PresenceState;
}

/** Gives a member a role: `admin` or `member`; `owner` hands the conversation over. */
export interface SetRole {
  /** Where. */
  conversation: string;
  /** Which. */
  role: Role;
  /** Whose. */
  username: string;
}

/** Tells the other members that the caller writes, or stopped. Forgotten after 6 seconds. */
export interface SetTyping {
  /** Writing, or stopped. */
  active: boolean;
  /** Where. */
  conversation: string;
}

/** Ends this session. */
export type SignOut = object;

/** A member writes, or stopped. */
export interface TypingSignal {
  type: "typing";
  /** Writing, or stopped. */
  active: boolean;
  /** Where. */
  conversation: string;
  /** Who. */
  user: string;
}

/** Someone's presence changed. */
export interface PresenceSignal extends Presence {
  type: "presence";
}

/** The profile of an accepted contact or fellow member changed. */
export interface ProfileSignal {
  type: "profile";
  /** What it is now. */
  user: User;
}

/** A member received or read; the latest of several in a second. */
export interface MarkerSignal {
  type: "marker";
  /** Where. */
  conversation: string;
  /** Received up to this place. */
  delivered: number;
  /** Read up to this place. */
  read: number;
  /** Who. */
  user: string;
}

/** What is not stored: it is told to who is connected, and forgotten. */
export type Signal =
  | TypingSignal
  | PresenceSignal
  | ProfileSignal
  | MarkerSignal;

/** A new session (`POST /v1/sessions`, `POST /v1/accounts`). */
export interface SignedIn {
  /** When the session ends by itself. */
  expires_at: Time;
  /** The session's id. */
  session: string;
  /** The bearer token; shown once. */
  token: string;
  /** Who signed in. */
  user: Account;
}

/**
 * How a user stands to a conversation.
 * - `member`: Takes part.
 * - `invited`: Was invited (or, in a direct conversation, written to by a stranger) and has not answered.
 * - `left`: Took part once; sees the log up to the day they left.
 * - `banned`: May not come back until unbanned.
 * - `none`: Never took part.
 */
export type Standing = "member" | "invited" | "left" | "banned" | "none";

/**
 * Everything a returning client needs: conversations with heads, unread counts and last
 * messages, contacts, the feed's head and the unseen notifications.
 */
export interface Sync {
  /** Continue a long list from here. */
  cursor?: string | undefined;
  /** The epoch that the client's heads are from. */
  epoch?: string | undefined;
  /** The heads the client has; a conversation whose head is the same comes without `last`. */
  heads?: Record<string, number> | undefined;
  /** At most so many conversations, 1 to 500; 200 when absent. */
  limit?: number | undefined;
}

/** What a returning client needs. */
export interface Synced {
  /** Contacts, requests and blocks; on the first page only. */
  contacts: Contact[];
  /** The conversations, last active first. */
  conversations: Conversation[];
  /** Where to continue; absent at the end. */
  cursor?: string | undefined;
  /** Changes when the log was restored from a backup: forget what you have. */
  epoch: string;
  /** The private feed's conversation id. */
  feed: string;
  /** The feed's head. */
  feed_head: number;
  /** Conversations named in `heads` that the caller is not in any longer. */
  gone: string[];
  /** The caller. */
  me: Account;
  /** Presence of those whose presence the caller may see and who are not offline; first page only. */
  presences: Presence[];
  /** Unseen notification items. */
  unseen: number;
  /** Everyone named above, and the contacts. */
  users: User[];
}

/** RFC 3339, UTC, milliseconds: 2026-11-20T09:30:00.000Z */
export type Time = string;

/** Lifts a ban. */
export interface UnbanMember {
  /** Where. */
  conversation: string;
  /** Whom. */
  username: string;
}

/** Lifts a block. */
export interface Unblock {
  /** Whom. */
  username: string;
}

/** Changes settings; only what is given. */
export interface UpdateConversation {
  /** Which. */
  conversation: string;
  /** Open to anyone, or by invitation. */
  public?: boolean | undefined;
  /** The new name. */
  title?: string | undefined;
  /** The new topic; empty removes it. */
  topic?: string | undefined;
}

/** Changes the own profile; only what is given. */
export interface UpdateMe {
  /** A few words; empty removes them. */
  bio?: string | undefined;
  /** The display name; empty removes it. */
  name?: string | undefined;
}

/** A user as others see them. */
export interface User {
  /** Path of the picture on this server, `/v1/users/{username}/avatar?v=…`. */
  avatar?: string | undefined;
  /** A few words about themselves. */
  bio?: string | undefined;
  /** True when the account was deleted; its messages stay under this name. */
  deleted?: boolean | undefined;
  /** The display name; the username when none was chosen. */
  name: string;
  /** The name that identifies the user; it never changes. */
  username: string;
}

/** Users that were found. */
export interface Users {
  /** By username. */
  users: User[];
}

/** One text that a message had. */
export interface Version {
  /** From when on. */
  at: Time;
  /** The place of the message or of the edit. */
  seq: number;
  /** The text. */
  text: string;
}

/** Every text that a message had, oldest first; none when it was retracted. */
export interface Versions {
  /** The texts. */
  versions: Version[];
}

/** The first frame of a WebSocket that did not carry its token in the handshake. */
export interface Auth {
  /** The cursor to resume from, `mailbox.n`. */
  resume?: string | undefined;
  /** The bearer token. */
  token: string;
}

/** Every command: the fields of its frame, and what `ok` holds in its reply. */
export interface Commands {
  /** Deletes the own account for ever. */
  "account.delete": { fields: DeleteAccount; reply: Done };
  /**
   * Tells that everything up to this mailbox number arrived, so that the server may forget it.
   * The only command without a reply.
   */
  "ack": { fields: Ack; reply: Done };
  /** Blocks a user: no messages, calls, requests or presence; they are not told. */
  "block.add": { fields: Block; reply: OneContact };
  /** Lifts a block. */
  "block.remove": { fields: Unblock; reply: OneContact };
  /** Accepts a contact request. */
  "contact.accept": { fields: AcceptContact; reply: OneContact };
  /** Declines a contact request; they are not told. */
  "contact.decline": { fields: DeclineContact; reply: OneContact };
  /** Contacts, requests and blocks. */
  "contact.list": { fields: ListContacts; reply: Contacts };
  /** Gives a contact a name of one's own. */
  "contact.nickname": { fields: SetNickname; reply: OneContact };
  /** Ends a contact relation, or takes a request back. */
  "contact.remove": { fields: RemoveContact; reply: OneContact };
  /** Asks a user to become a contact; accepts when they had asked. */
  "contact.request": { fields: RequestContact; reply: OneContact };
  /** Makes a group or broadcast; the caller owns it. */
  "conversation.create": { fields: CreateConversation; reply: OneConversation };
  /** Opens the direct conversation with a user; the one that is there, when there is one. */
  "conversation.direct": { fields: OpenDirect; reply: OneConversation };
  /** Public conversations by name. */
  "conversation.discover": { fields: Discover; reply: Discovered };
  /** One conversation. */
  "conversation.get": { fields: GetConversation; reply: OneConversation };
  /** Joins a public conversation, or accepts an invitation or a stranger's direct conversation. */
  "conversation.join": { fields: Join; reply: OneConversation };
  /** Leaves, or declines an invitation. */
  "conversation.leave": { fields: Leave; reply: Done };
  /** No notifications from a conversation for a while. */
  "conversation.mute": { fields: Mute; reply: Done };
  /** Changes settings; only what is given. */
  "conversation.update": { fields: UpdateConversation; reply: Appended };
  /** Tells that messages up to a place reached one of the caller's devices. Never goes back. */
  "delivered.mark": { fields: MarkDelivered; reply: Done };
  /**
   * A page of history, oldest first, each message in its present state. At most one of `before`,
   * `after` and `around`; without any, the newest.
   */
  "history.get": { fields: GetHistory; reply: History };
  /** The log itself after a place, every event, to close a gap. */
  "log.get": { fields: GetLog; reply: Log };
  /** The own account. */
  "me.get": { fields: GetMe; reply: Me };
  /** Changes the own profile; only what is given. */
  "me.update": { fields: UpdateMe; reply: Me };
  /** Adds a user, or invites one who does not accept strangers. */
  "member.add": { fields: AddMember; reply: MemberAdded };
  /** Removes a user and keeps them out. */
  "member.ban": { fields: BanMember; reply: Appended };
  /** Members by role and name. */
  "member.list": { fields: ListMembers; reply: Members };
  /** Removes a member or takes an invitation back. */
  "member.remove": { fields: RemoveMember; reply: Appended };
  /** Gives a member a role: `admin` or `member`; `owner` hands the conversation over. */
  "member.role": { fields: SetRole; reply: Appended };
  /** Lifts a ban. */
  "member.unban": { fields: UnbanMember; reply: Appended };
  /** Changes the text of one's own message. */
  "message.edit": { fields: EditMessage; reply: Appended };
  /** Takes one's own message back; moderators may take back others'. */
  "message.retract": { fields: RetractMessage; reply: Appended };
  /**
   * Writes a message, to a `conversation` or `to` a user (which opens the direct conversation).
   * The same `client_id` again returns the first result; with another text it is a `conflict`.
   */
  "message.send": { fields: SendMessage; reply: Sent };
  /** Every text that a message had, oldest first. */
  "message.versions": { fields: ListVersions; reply: Versions };
  /** The notification feed, newest first. */
  "notification.list": { fields: ListNotifications; reply: Notifications };
  /** Marks notification threads as seen. */
  "notification.see": { fields: SeeNotifications; reply: Done };
  /** Changes the password and ends the caller's other sessions. */
  "password.change": { fields: ChangePassword; reply: Done };
  /** Asks for a sign of life. */
  "ping": { fields: Ping; reply: Pong };
  /** The presence of users, as far as the caller may see it; the others are left out. */
  "presence.get": { fields: GetPresence; reply: Presences };
  /** Tells whether the user is at this device. Connected without having said: active. */
  "presence.set": { fields: SetPresence; reply: Done };
  /** Reacts to a message; doing it twice changes nothing. */
  "reaction.add": { fields: AddReaction; reply: Appended };
  /** Takes a reaction back. */
  "reaction.remove": { fields: RemoveReaction; reply: Appended };
  /** Tells that the caller has read up to a place. Never goes back. */
  "read.mark": { fields: MarkRead; reply: Done };
  /** Finds messages by words, in what the caller may read, newest first. */
  "search": { fields: Search; reply: Found };
  /** The caller's signed-in sessions. */
  "session.list": { fields: ListSessions; reply: Sessions };
  /** Ends one of the caller's sessions. */
  "session.revoke": { fields: RevokeSession; reply: Done };
  /** Ends this session. */
  "session.sign_out": { fields: SignOut; reply: Done };
  /**
   * Everything a returning client needs: conversations with heads, unread counts and last
   * messages, contacts, the feed's head and the unseen notifications.
   */
  "sync": { fields: Sync; reply: Synced };
  /** Tells the other members that the caller writes, or stopped. Forgotten after 6 seconds. */
  "typing.set": { fields: SetTyping; reply: Done };
  /** Shows the conversation as unread until it is read again. */
  "unread.mark": { fields: MarkUnread; reply: Done };
  /** Users whose username or name begins with something. */
  "user.find": { fields: FindUsers; reply: Users };
  /** One user's profile. */
  "user.get": { fields: GetUser; reply: OneUser };
}

/** The word in a command's `type`. */
export type CommandType = keyof Commands;

/** What a command takes. */
export type Fields<T extends CommandType> = Commands[T]["fields"];

/** What a command gives back. */
export type Reply<T extends CommandType> = Commands[T]["reply"];

/** The first frame of a WebSocket whose handshake carried no token. */
export interface AuthFrame extends Auth {
  type: "auth";
}

/** A command as it is sent. The number comes back in the reply; `ack` has neither. */
export type CommandFrame = {
  [T in CommandType]: { type: T } & (T extends "ack" ? { id?: number | undefined } : { id: number }) & Fields<T>;
}[CommandType];
