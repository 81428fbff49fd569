// Accounts and what they did before a test begins, over plain HTTP.

import { randomUUID } from "node:crypto";
import type { CommandType, Fields, Reply } from "@switchboard/client";

/** Every account of the tests has this one. */
export const PASSWORD = "four words are plenty";

/** Someone who acts without a browser. */
export class Account {
  readonly #url: string;
  readonly username: string;
  readonly name: string;
  readonly token: string;
  #last = 0;

  private constructor(url: string, username: string, name: string, token: string) {
    this.#url = url;
    this.username = username;
    this.name = name;
    this.token = token;
  }

  /** Makes an account. */
  static async register(url: string, username: string, name = username): Promise<Account> {
    const body = await post(`${url}/v1/accounts`, { username, password: PASSWORD, name });
    return new Account(url, username, name, body.token as string);
  }

  /** Sends one command and gives its reply. */
  async do<T extends CommandType>(type: T, fields: Fields<T>): Promise<Reply<T>> {
    const frame = { id: ++this.#last, type, ...fields };
    const body = await post(`${this.#url}/v1/commands`, frame, this.token);
    if (body.error) throw new Error(`${type}: ${JSON.stringify(body.error)}`);
    return body.ok as Reply<T>;
  }

  /** Writes a message into a conversation; gives its place. */
  async write(conversation: string, text: string, reply_to?: number): Promise<number> {
    const fields = {
      conversation,
      text,
      client_id: randomUUID(),
      ...(reply_to ? { reply_to } : {}),
    };
    return (await this.do("message.send", fields)).seq;
  }

  /** Writes to someone; gives the conversation. */
  async writeTo(to: string, text: string): Promise<string> {
    return (await this.do("message.send", { to, text, client_id: randomUUID() })).conversation;
  }

  /** Becomes a contact of someone, both ways. */
  async befriend(other: Account): Promise<void> {
    await this.do("contact.request", { username: other.username });
    await other.do("contact.accept", { username: this.username });
  }

  /** The direct conversation with someone. */
  async direct(other: Account): Promise<string> {
    return (await this.do("conversation.direct", { username: other.username })).conversation.id;
  }

  /** A new group with members. */
  async group(
    title: string,
    members: readonly Account[],
    more: Partial<Fields<"conversation.create">> = {},
  ): Promise<string> {
    const fields = {
      kind: "group",
      title,
      members: members.map((each) => each.username),
      ...more,
    } as const;
    return (await this.do("conversation.create", fields)).conversation.id;
  }
}

async function post(url: string, body: unknown, token?: string): Promise<Record<string, unknown>> {
  const headers = {
    "content-type": "application/json",
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok && !text.includes('"error"')) throw new Error(`${url}: ${answer.status} ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}
