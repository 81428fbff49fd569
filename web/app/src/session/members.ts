import { type Client, type Conversation, type User, userOf } from "@switchboard/client";

/** Pages of members to ask for, for completion: a thousand names. */
const PAGES = 5;
const FRESH_MS = 60_000;

const kept = new Map<string, { readonly at: number; readonly users: Promise<readonly User[]> }>();

/** Who can be mentioned in a conversation; asked for at most once a minute. */
export function membersOf(client: Client, conversation: Conversation): Promise<readonly User[]> {
  const { state } = client;
  if (conversation.peer !== undefined) return Promise.resolve([userOf(state, conversation.peer)]);
  const known = kept.get(conversation.id);
  if (known && Date.now() - known.at < FRESH_MS) return known.users;
  const users = ask(client, conversation.id);
  kept.set(conversation.id, { at: Date.now(), users });
  users.catch(() => kept.delete(conversation.id));
  return users;
}

async function ask(client: Client, conversation: string): Promise<readonly User[]> {
  const users: User[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const fields = { conversation, banned: false, limit: 200, ...(cursor ? { cursor } : {}) };
    const reply = await client.command("member.list", fields);
    users.push(
      ...reply.members
        .filter((member) => member.standing === "member")
        .map((member) => member.user),
    );
    cursor = reply.cursor;
    if (!cursor) break;
  }
  return users;
}
