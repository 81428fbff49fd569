import { expect, test } from "vitest";
import { world } from "../harness/world.ts";

const here = world();

test("two people register, find each other, and become contacts", async () => {
  const [annaName, benName] = [here.username("anna"), here.username("ben")];
  const anna = await here.person();
  const ben = await here.person();
  await Promise.all([anna.register(annaName, "Anna Lind"), ben.register(benName, "Ben Okafor")]);
  await anna.sidebar.getByText("No conversations yet").waitFor();

  await anna.sidebar.getByRole("button", { name: "Find people" }).click();
  await anna.dialog.getByLabel("Username or name").fill(benName.slice(0, 3));
  const found = anna.dialog.getByRole("listitem").filter({ hasText: `@${benName}` });
  await found.getByRole("button", { name: "Add contact" }).click();
  await anna.dialog.getByLabel("A few words with the request").fill("From the train");
  await anna.dialog.getByRole("button", { name: "Send request" }).click();
  await found.getByText("Request sent").waitFor();

  await ben.sidebar.getByRole("button", { name: /1 contact request/ }).click();
  await ben.dialog.getByText("From the train").waitFor();
  await ben.dialog.getByRole("button", { name: "Accept" }).click();
  await found.getByText("Contact", { exact: true }).waitFor();

  await found.getByRole("button", { name: "Message" }).click();
  await anna.page.getByRole("heading", { name: "Ben Okafor" }).waitFor();
  await anna.page.getByText("Write the first message to Ben Okafor.").waitFor();
  await anna.page.getByRole("main").getByText("Online").waitFor();
  await anna.say("Good morning");

  await ben.page.keyboard.press("Escape");
  await ben.open("Anna Lind");
  await ben.sees("Good morning");
  await ben.say("And to you");
  await anna.sees("And to you");
  await anna.tick("Good morning", "Read").waitFor({ state: "attached" });
});

test("words, replies, reactions, changes and regrets arrive live", async () => {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  await anna.befriend(ben);
  const conversation = await anna.writeTo(ben.username, "Shall we meet?");
  const [a, b] = await Promise.all([
    here.signedIn(anna, `#/c/${conversation}`),
    here.signedIn(ben, `#/c/${conversation}`),
  ]);
  await Promise.all([a.sees("Shall we meet?"), b.sees("Shall we meet?")]);

  await b.message("Shall we meet?").hover();
  await b.message("Shall we meet?").getByRole("button", { name: "Reply" }).click();
  await b.say("At noon");
  const reply = a.message("At noon");
  await reply.getByTitle("Show the original message").getByText("Shall we meet?").waitFor();

  await a.message("At noon").last().hover();
  await a
    .message("At noon")
    .last()
    .getByRole("button", { name: /^React with/ })
    .first()
    .click();
  const chip = b
    .message("At noon")
    .last()
    .getByRole("button", { name: /reacted with/ });
  await chip.waitFor();
  await chip.click();
  await a
    .message("At noon")
    .last()
    .getByRole("button", { name: /reacted with/ })
    .getByText("2")
    .waitFor();
  await chip.click();
  await a
    .message("At noon")
    .last()
    .getByRole("button", { name: /reacted with/ })
    .getByText("1")
    .waitFor();

  await b.act("At noon", "Edit");
  await expect.poll(() => b.composer.inputValue()).toBe("At noon");
  await b.say("At one");
  await a.message("At one").getByRole("button", { name: "edited" }).click();
  await a.dialog.getByText("At noon").waitFor();
  await a.page.keyboard.press("Escape");

  await b.act("At one", "Delete");
  await b.confirm("Delete this message?", "Delete");
  await a.timeline.getByText("This message was deleted.").waitFor();
  expect(await a.message("At one").count()).toBe(0);
  await b.timeline.getByText("You deleted this message.").waitFor();
});

test("someone who writes is seen writing, and no longer when they stop", async () => {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  const conversation = await anna.writeTo(ben.username, "Hello");
  await ben.do("conversation.join", { conversation }).catch(() => undefined);
  const [a, b] = await Promise.all([
    here.signedIn(anna, `#/c/${conversation}`),
    here.signedIn(ben, `#/c/${conversation}`),
  ]);
  await a.composer.pressSequentially("Now I ");
  await b.page.getByText("Anna is typing").first().waitFor();
  await a.composer.fill("");
  await b.page.getByText("Anna is typing").first().waitFor({ state: "hidden" });
});

test("a mention is completed, told of, and counted with the unread", async () => {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  await anna.befriend(ben);
  const group = await anna.group("Trains", [ben]);
  const [a, b] = await Promise.all([here.signedIn(anna, `#/c/${group}`), here.signedIn(ben)]);
  await a.composer.pressSequentially(`Look, @${ben.username.slice(0, 2)}`);
  const names = a.page.getByRole("listbox", { name: "People to mention" });
  await names.getByRole("option", { name: `@${ben.username}` }).waitFor();
  await a.page.keyboard.press("Enter");
  await expect
    .poll(() => a.page.getByRole("textbox", { name: /^Message to/ }).inputValue())
    .toBe(`Look, @${ben.username} `);
  await a.page.keyboard.type("and all");
  await a.page.keyboard.press("Enter");

  await b.row("Trains").getByText("1 unread message").waitFor({ state: "attached" });
  await b.row("Trains").getByText("You were mentioned").waitFor({ state: "attached" });
  await expect.poll(() => b.page.title()).toMatch(/1/);
  await b.sidebar.getByRole("button", { name: "Notifications, 1 new" }).waitFor();
  await a.say("and a second one");
  await b.row("Trains").getByText("2 unread messages").waitFor({ state: "attached" });

  await b.open("Trains");
  await b.divider.waitFor();
  await b
    .row("Trains")
    .getByText(/unread message/)
    .waitFor({ state: "detached" });
  expect(await b.divider.count(), "the divider stays while one reads").toBe(1);
  await a.message("and a second one").getByText("Read by 1 of 1").waitFor({ state: "attached" });
});

test("ticks tell how far a message came: sent, delivered, read", async () => {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  await anna.befriend(ben);
  const conversation = await anna.direct(ben);
  const a = await here.signedIn(anna, `#/c/${conversation}`);
  await a.say("Are you there?");
  await a.tick("Are you there?", "Sent").waitFor({ state: "attached" });
  const b = await here.signedIn(ben);
  await a.tick("Are you there?", "Delivered").waitFor({ state: "attached" });
  await b.open("Anna");
  await a.tick("Are you there?", "Read").waitFor({ state: "attached" });
});
