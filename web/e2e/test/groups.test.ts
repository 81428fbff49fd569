import { expect, test } from "vitest";
import { NETWORK_LINES } from "../harness/watch.ts";
import { Wire } from "../harness/wire.ts";
import { world } from "../harness/world.ts";

const here = world();

test("a group is made, named anew, and its members come, rise and go", async () => {
  const [anna, ben, cleo] = await Promise.all([
    here.account("Anna"),
    here.account("Ben"),
    here.account("Cleo"),
  ]);
  const [a, b, c] = await Promise.all([
    here.signedIn(anna),
    here.signedIn(ben),
    here.signedIn(cleo),
  ]);

  await a.sidebar.getByRole("button", { name: "New conversation" }).click();
  await a.dialog.getByRole("button", { name: "New group" }).click();
  await a.dialog.getByRole("button", { name: "Create" }).click();
  await a.dialog.getByText("Give it a name.").waitFor();
  await a.dialog.getByLabel("Name", { exact: true }).fill("Night shift");
  await a.dialog.getByLabel("Topic (optional)").fill("Who is where");
  await a.dialog.getByLabel("Add people by username or name").fill(ben.username);
  await a.dialog
    .getByRole("listitem")
    .filter({ hasText: `@${ben.username}` })
    .getByRole("button", { name: "Add people" })
    .click();
  await a.dialog.getByRole("button", { name: "Do not add Ben" }).waitFor();
  await a.dialog.getByRole("button", { name: "Create" }).click();
  await a.page.getByRole("heading", { name: "Night shift", level: 1 }).waitFor();
  await a.page.getByRole("main").getByText("2 members").waitFor();

  await b.open("Night shift");
  await b.timeline.getByText("You created the conversation.").waitFor({ state: "detached" });
  await b.timeline.getByText(/Anna created the conversation/).waitFor();

  const panel = a.panel;
  await a.page.getByRole("button", { name: "Details and members" }).last().click();
  await panel.getByRole("button", { name: "Add people" }).click();
  await a.dialog.getByLabel("Username or name").fill(cleo.username);
  await a.dialog.getByRole("button", { name: "Add people" }).last().click();
  await a.dialog.getByText("Cleo was added.").waitFor();
  await a.page.keyboard.press("Escape");
  await c.open("Night shift");
  await c.say("Here I am");
  await a.sees("Here I am");
  await b.timeline.getByText("Anna added Cleo.").waitFor();

  await panel.getByRole("button", { name: "Conversation settings" }).click();
  await a.dialog.getByLabel("Name", { exact: true }).fill("Day shift");
  await a.dialog.getByRole("button", { name: "Save" }).click();
  for (const person of [a, b, c])
    await person.page.getByRole("heading", { name: "Day shift", level: 1 }).waitFor();
  await b.timeline.getByText("Anna named the conversation “Day shift”.").waitFor();

  const act = async (name: string, action: string): Promise<void> => {
    await panel.getByRole("button", { name: `Actions for ${name}` }).click();
    await a.page.getByRole("menuitem", { name: action }).click();
  };
  await act("Ben", "Make admin");
  await b.timeline.getByText("Anna made you an admin.").waitFor();
  await panel
    .getByRole("listitem")
    .filter({ hasText: `@${ben.username}` })
    .getByText("Admin")
    .waitFor();
  await act("Ben", "Take admin rights away");
  await c.timeline.getByText("Anna made Ben a member without special rights.").waitFor();

  await act("Cleo", "Remove");
  await a.confirm("Remove Cleo?", "Remove");
  await b.timeline.getByText("Anna removed Cleo.").waitFor();
  await c.page
    .getByText("You are no longer a member. You can read what was written while you were.")
    .waitFor();
  expect(await c.composer.count()).toBe(0);

  await act("Ben", "Hand over ownership");
  await a.confirm("Hand the conversation over to Ben?", "Hand over");
  await b.timeline.getByText("Anna handed the conversation over to you.").waitFor();

  await a.panel.getByRole("button", { name: "Leave conversation" }).click();
  await a.confirm("Leave Day shift?", "Leave conversation");
  await b.timeline.getByText("Anna left.").waitFor();
  await a.page.getByText("Choose a conversation").waitFor();
});

test("a message that failed since one was removed is found in the list, until it is thrown away", async () => {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  const group = await ben.group("Night shift", [anna]);
  await ben.write(group, "Who is there?");
  const wire = await Wire.to(here.server);
  here.atEnd(() => wire.close());
  const person = await here.signedIn(anna, `#/c/${group}`, {}, wire.url);
  person.watch.tolerate(NETWORK_LINES);
  await person.sees("Who is there?");
  wire.cut();
  await person.offline();
  await person.say("I am");
  await ben.do("member.remove", { conversation: group, username: anna.username });
  wire.mend();
  await person.online();
  await person.message("I am").getByRole("alert").waitFor();
  await person.page.goto(`${person.url}/#/`);
  await person.row("Night shift").getByText("Not sent").waitFor({ state: "attached" });
  await person.page.reload();
  await person.row("Night shift").getByText("Not sent").waitFor({ state: "attached" });
  await person.open("Night shift");
  await person.message("I am").getByRole("button", { name: "Delete" }).click();
  await person.row("Night shift").waitFor({ state: "detached" });
});

test("a public conversation is found and joined", async () => {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  const title = `Open workshop ${here.username("t")}`;
  const group = await anna.group(title, [], { public: true, topic: "Everyone is welcome" });
  await anna.write(group, "Come in");
  const b = await here.signedIn(ben);
  await b.sidebar.getByRole("button", { name: "New conversation" }).click();
  await b.dialog.getByRole("button", { name: "Discover" }).click();
  await b.dialog.getByLabel("Find public conversations").fill(title.slice(0, 8));
  const found = b.dialog.getByRole("listitem").filter({ hasText: title });
  await found.getByText("1 member").waitFor();
  await found.getByRole("button", { name: "Join" }).click();
  await b.page.getByRole("heading", { name: title, level: 1 }).waitFor();
  await b.sees("Come in");
  await b.say("Thank you");
  await expect
    .poll(async () =>
      (await anna.do("history.get", { conversation: group })).items.some(
        (item) => item.type === "message.created" && item.text === "Thank you",
      ),
    )
    .toBe(true);
});

test("in a broadcast the owner writes and the members read", async () => {
  const [anna, ben] = await Promise.all([here.account("Anna"), here.account("Ben")]);
  const news = await anna.group("Company news", [ben], { kind: "broadcast" });
  const [a, b] = await Promise.all([
    here.signedIn(anna, `#/c/${news}`),
    here.signedIn(ben, `#/c/${news}`),
  ]);
  await a.say("The canteen is open again");
  await b.sees("The canteen is open again");
  await b.page.getByText("Only the owner and admins can write here.").waitFor();
  expect(await b.composer.count()).toBe(0);
});
