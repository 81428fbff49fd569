import { expect, test } from "vitest";
import { world } from "../harness/world.ts";

const here = world({ SWITCHBOARD_ACCOUNTS_STRANGERS: "request" });

test("a stranger's message waits until one accepts", async () => {
  const [anna, marco] = await Promise.all([here.account("Anna"), here.account("Marco Bianchi")]);
  const a = await here.signedIn(anna);
  const conversation = await marco.writeTo(anna.username, "Ben gave me your name");
  await a.row("Marco Bianchi").getByText("Wants to write to you").waitFor();
  await a.open("Marco Bianchi");
  await a.sees("Ben gave me your name");
  await a.page.getByRole("heading", { name: "Marco Bianchi wants to write to you" }).waitFor();
  expect(await a.composer.count()).toBe(0);
  const m = await here.signedIn(marco, `#/c/${conversation}`);
  await m.sees("Ben gave me your name");
  expect(
    await m.message("Ben gave me your name").getByText("Read", { exact: true }).count(),
    "reading is not told before one accepts",
  ).toBe(0);
  await a.page.getByRole("button", { name: "Accept" }).click();
  await a.say("What is it about?");
  await m.sees("What is it about?");
  await m.tick("Ben gave me your name", "Read").waitFor({ state: "attached" });
});

test("a stranger is blocked at once, and is not told", async () => {
  const [anna, marco] = await Promise.all([here.account("Anna"), here.account("Marco Bianchi")]);
  await marco.writeTo(anna.username, "Buy my cords");
  const a = await here.signedIn(anna);
  await a.open("Marco Bianchi");
  await a.page.getByRole("button", { name: "Block" }).click();
  await a.page.getByText("Choose a conversation").waitFor();
  await a.sidebar.getByRole("button", { name: "Settings" }).click();
  await a.dialog.getByRole("button", { name: "Blocked people" }).click();
  await a.dialog.getByText("Marco Bianchi").waitFor();
});

test("one who is blocked cannot write, and one can unblock where one would have written", async () => {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  await anna.befriend(ben);
  const conversation = await anna.writeTo(ben.username, "Hello");
  const [a, b] = await Promise.all([
    here.signedIn(anna, `#/c/${conversation}`),
    here.signedIn(ben, `#/c/${conversation}`),
  ]);
  await b.sees("Hello");
  await a.page.getByRole("button", { name: "Details and members" }).last().click();
  await a.panel.getByRole("button", { name: "Block" }).click();
  await a.confirm("Block Ben?", "Block");
  await a.page.getByText("You blocked Ben. Unblock to write to each other again.").waitFor();
  expect(await a.composer.count()).toBe(0);

  await b.page.getByText("You cannot write here.").or(b.composer).first().waitFor();
  if (await b.composer.isVisible()) {
    await b.say("Why not?");
    await b
      .message("Why not?")
      .getByText(/^Not sent\./)
      .waitFor();
    await b.message("Why not?").getByRole("button", { name: "Delete" }).click();
    await b.message("Why not?").waitFor({ state: "detached" });
  }
  await a.page.getByRole("main").getByRole("button", { name: "Unblock" }).click();
  await a.say("We talk again");
  await b.sees("We talk again");
});

test("an invitation to a group is accepted, another one declined", async () => {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  const [one, two] = [await anna.group("Book club", [ben]), await anna.group("Time share", [ben])];
  await anna.write(one, "First: a short story");
  const b = await here.signedIn(ben);
  await b.row("Book club").getByText("Invites you to join").waitFor();
  await b.open("Book club");
  await b.page.getByRole("heading", { name: "You are invited to Book club" }).waitFor();
  await b.page.getByRole("button", { name: "Join" }).click();
  await b.say("I like short ones");
  await expect
    .poll(
      async () =>
        (await anna.do("member.list", { conversation: one })).members.filter(
          (each) => each.standing === "member",
        ).length,
    )
    .toBe(2);
  await b.open("Time share");
  await b.page.getByRole("button", { name: "Decline" }).click();
  await b.row("Time share").waitFor({ state: "detached" });
  await expect
    .poll(async () => (await anna.do("member.list", { conversation: two })).members.length)
    .toBe(1);
});

test("a conversation one may not see is said to be gone, by its address too", async () => {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  const group = await anna.group("Private", []);
  const b = await here.signedIn(ben, `#/c/${group}`);
  await b.page
    .getByText("This conversation is not here any longer, or you may not see it.")
    .waitFor();
});

test("a device that is signed out from elsewhere says so and keeps nothing", async () => {
  const anna = await here.account("Anna");
  const [a, elsewhere] = await Promise.all([here.signedIn(anna), here.signedIn(anna)]);
  a.watch.tolerate(/status of 401|Failed to load resource/);
  await elsewhere.sidebar.getByRole("button", { name: "Settings" }).click();
  await elsewhere.dialog.getByRole("button", { name: "Devices" }).click();
  await elsewhere.dialog.getByText("This device").waitFor();
  const others = elsewhere.dialog.getByRole("listitem").getByRole("button", { name: "Sign out" });
  await others.first().waitFor();
  for (let left = await others.count(); left > 0; left--) {
    await others.first().click();
    const question = elsewhere.page.getByRole("dialog", { name: /^Sign out .*\?$/ });
    await question.getByRole("button", { name: "Sign out" }).click();
    await expect.poll(() => others.count()).toBe(left - 1);
  }
  await a.page
    .getByText("You were signed out on this device, perhaps from another one. Sign in to go on.")
    .waitFor();
  await elsewhere.online();
  expect(await a.page.evaluate(() => localStorage.getItem("switchboard.account"))).toBeNull();
});
