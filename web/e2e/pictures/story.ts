// The conversation that the pictures of the documents show.

import { Account } from "../harness/account.ts";

/** Who looks, and where. */
export interface Story {
  readonly me: Account;
  readonly group: string;
  readonly direct: string;
  readonly japanese: string;
  /** Who is there too. */
  readonly friend: Account;
}

/** Tells it. */
export async function tell(url: string): Promise<Story> {
  const person = (username: string, name: string): Promise<Account> =>
    Account.register(url, username, name);
  const me = await person("alice", "Alice Moreau");
  const ben = await person("ben", "Ben Okafor");
  const chloe = await person("chloe", "Chloé Lefèvre");
  const yuki = await person("yuki", "田中 由紀");
  for (const friend of [ben, chloe, yuki]) await me.befriend(friend);
  await ben.befriend(chloe);

  const news = await chloe.group("Harbour news", [me, ben], { kind: "broadcast" });
  await chloe.write(news, "The ferry runs every half hour from Monday.");
  const japanese = await me.direct(yuki);
  await yuki.write(japanese, "こんにちは。土曜日の件ですが、船の鍵は誰が持っていますか。");
  await me.write(japanese, "ベンさんが持っています。八時に集合でよろしいでしょうか。");
  await yuki.write(japanese, "はい、大丈夫です。温かいお茶を用意しますね。");
  const thanks = await me.write(japanese, "ありがとうございます。楽しみにしています。");
  await me.do("reaction.add", { conversation: japanese, message: thanks - 1, emoji: "🍵" });
  await yuki.do("read.mark", { conversation: japanese, seq: thanks });
  await yuki.write(japanese, "資料をお送りしました。ご確認をお願いいたします。");
  const garden = await ben.group("Garden plot 7", [me]);
  await ben.write(garden, "The beans are up.");
  await me.do("read.mark", { conversation: garden, seq: 3 });

  const group = await me.group("Boat club", [ben, chloe, yuki], {
    topic: "Saturday mornings, any weather",
  });
  await chloe.write(group, "Who comes on Saturday? The forecast says sun until noon.");
  const yes = await ben.write(group, "I do, and I bring the *new* sail.");
  await yuki.write(group, "土曜日は参加できます。飲み物を持って行きますね。");
  await me.do("reaction.add", { conversation: group, message: yes, emoji: "⛵" });
  await chloe.do("reaction.add", { conversation: group, message: yes, emoji: "⛵" });
  await yuki.do("reaction.add", { conversation: group, message: yes, emoji: "🎉" });
  const mine = await me.write(group, "I am in. Shall we meet at eight at the slip?", yes);
  await chloe.write(group, "Eight is fine. Bring `line 3`, it is still in your shed.");
  const last = await ben.write(group, `@${me.username} and a thermos, please`);
  for (const each of [ben, chloe, yuki]) {
    await each.do("read.mark", { conversation: group, seq: mine });
  }
  await me.do("read.mark", { conversation: group, seq: last });

  const direct = await me.direct(ben);
  await ben.write(direct, "Do you have the key to the boathouse?");
  await me.write(direct, "Yes, it hangs behind the door.");
  await ben.write(direct, "Perfect. I will be there a little early.");
  const end = await me.write(direct, "See you on Saturday");
  await ben.do("read.mark", { conversation: direct, seq: end });
  await me.do("read.mark", { conversation: direct, seq: end });
  return { me, group, direct, japanese, friend: ben };
}
