// A server with some life in it: what screens are shown, judged and drawn with.

import { Account } from "./account.ts";

/** Who lives there, and where they talk. */
export interface Household {
  readonly me: Account;
  readonly group: string;
  readonly direct: string;
  readonly japanese: string;
  readonly empty: string;
  readonly news: string;
  readonly stranger: string;
  readonly blocked: string;
  readonly long: string;
  readonly arabic: string;
}

const LONG_NAME = "Lena von und zu Hohenstein-Wittenbergstedt auf der Heide";
const LONG_WORD = `https://example.org/${"a-path-that-does-not-end/".repeat(6)}`;

/** Moves everyone in. */
export async function moveIn(url: string): Promise<Household> {
  const person = (username: string, name: string): Promise<Account> =>
    Account.register(url, username, name);
  const me = await person("alice", "Alice Moreau");
  const ben = await person("ben", "Ben Okafor");
  const chloe = await person("chloe", "Chloé Lefèvre");
  const yuki = await person("yuki", "田中 由紀");
  const samira = await person("samira", "سميرة حداد");
  const lena = await person("lena", LONG_NAME);
  const marco = await person("marco", "Marco Bianchi");
  for (const friend of [ben, chloe, yuki]) await me.befriend(friend);
  await samira.do("contact.request", {
    username: me.username,
    note: "We met at the conference in Lyon.",
  });
  await ben.do("me.update", { bio: "Field service, north region" });

  const blocked = await me.writeTo(lena.username, "Fine");
  await me.do("block.add", { username: lena.username });
  const stranger = await marco.writeTo(
    me.username,
    "Hello Alice, Ben gave me your name. Do you still look for spare cords?",
  );
  const arabic = await samira.writeTo(me.username, "شكرا جزيلا، أراك يوم الأحد");
  const empty = await me.group("Empty group", []);
  const news = await chloe.group("Company news", [me, ben], { kind: "broadcast", public: true });
  await chloe.write(news, "The canteen opens again on Monday.");
  await ben.group("Averylongconversationnamewithoutanyspace and then some more words", [me], {
    public: true,
    topic: "Names can be long",
  });
  const japanese = await talkJapanese(me, yuki);
  const long = await talkMuch(me, ben, chloe);
  const group = await talkInGroup(me, ben, chloe, yuki);
  const direct = await talkDirectly(me, ben);
  return { me, group, direct, japanese, empty, news, stranger, blocked, long, arabic };
}

async function talkDirectly(me: Account, ben: Account): Promise<string> {
  const id = await me.direct(ben);
  const first = await ben.write(
    id,
    "Morning. The cabinet at the station is *open* again, and the rain got in.",
  );
  await me.write(id, "Oh no. How bad is it?", first);
  await ben.write(
    id,
    "Two lines are down, 14 and 15. I wrote it down:\n```\nline 14  no tone\nline 15  noise\n```",
  );
  await ben.write(id, LONG_WORD);
  const changed = await me.write(id, "I will be there at nine.");
  await me.do("message.edit", {
    conversation: id,
    message: changed,
    text: "I will be there at half past nine.",
  });
  await ben.do("reaction.add", { conversation: id, message: changed, emoji: "👍" });
  await me.do("reaction.add", { conversation: id, message: changed, emoji: "🎉" });
  const gone = await ben.write(id, "Forget this one");
  await ben.do("message.retract", { conversation: id, message: gone });
  await ben.write(id, "🎉🎉");
  const last = await me.write(id, "See you then");
  await ben.do("read.mark", { conversation: id, seq: last });
  await me.do("read.mark", { conversation: id, seq: last });
  return id;
}

async function talkInGroup(
  me: Account,
  ben: Account,
  chloe: Account,
  yuki: Account,
): Promise<string> {
  const id = await me.group("North region", [ben, chloe, yuki], {
    topic: "Lines, cabinets and who is where",
  });
  await me.write(id, "Who is in the north today?");
  await ben.write(id, "I am, until three.");
  await ben.write(id, "After that the van goes to the workshop.");
  const plan = await chloe.write(
    id,
    "Then I take the evening. **Nobody** touches line 12, please.",
  );
  for (const [who, emoji] of [
    [me, "👍"],
    [ben, "👍"],
    [yuki, "❤️"],
  ] as const) {
    await who.do("reaction.add", { conversation: id, message: plan, emoji });
  }
  const read = await yuki.write(
    id,
    "承知しました。夕方の点検は私が担当します。よろしくお願いいたします。",
  );
  await me.do("read.mark", { conversation: id, seq: read });
  await chloe.write(id, `@${me.username} the second line is down again`, plan);
  await ben.write(id, "On my way.");
  await ben.write(id, "سأصل خلال عشر دقائق");
  return id;
}

async function talkJapanese(me: Account, yuki: Account): Promise<string> {
  const id = await yuki.writeTo(
    me.username,
    "明日の会議は午後三時に変更になりました。資料は東京の事務所から送ります。",
  );
  await me.write(id, "承知しました。ありがとうございます。");
  await yuki.write(id, "どうぞよろしくお願いいたします。");
  return id;
}

async function talkMuch(me: Account, ben: Account, chloe: Account): Promise<string> {
  const id = await me.group("Long log", [ben, chloe]);
  const writers = [ben, me, chloe];
  let last = 0;
  for (let turn = 0; turn < 240; turn++) {
    const writer = writers[Math.floor(turn / 3) % 3] ?? ben;
    last = await writer.write(id, `Entry ${turn + 1}. ${"More words. ".repeat(turn % 7)}`.trim());
  }
  await me.do("read.mark", { conversation: id, seq: last });
  return id;
}
