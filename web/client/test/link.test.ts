import { expect, test } from "vitest";
import type { CommandFrame, ServerFrame } from "../src/generated/protocol.ts";
import { Link } from "../src/link/link.ts";
import type { OpenTransport, TransportListener } from "../src/link/transport.ts";
import type { ConnectionState, Rung } from "../src/state.ts";
import { FakeClock, fakeEnvironment } from "./clock.ts";
import { hello } from "./world.ts";

/** What a rung does when it is opened: greet, refuse with a code, or nothing at all. */
type Behaviour = "greet" | "silent" | number;

function setUp(behaviours: Partial<Record<Rung, Behaviour>>, rungs?: Rung[]) {
  const clock = new FakeClock();
  const environment = fakeEnvironment(clock);
  const states: ConnectionState[] = [];
  const opened: { rung: Rung; at: number; resume: string | undefined }[] = [];
  const sent: CommandFrame[] = [];
  const begin = clock.time;
  let listener: TransportListener | undefined;
  let cursor: string | undefined;
  let lost = 0;
  const transport =
    (rung: Rung): OpenTransport =>
    (attempt, heard) => {
      opened.push({ rung, at: clock.time - begin, resume: attempt.resume });
      listener = heard;
      const behaviour = behaviours[rung] ?? "silent";
      queueMicrotask(() => {
        if (behaviour === "greet") heard.frame(hello());
        else if (typeof behaviour === "number") heard.closed(behaviour);
      });
      return { send: (frame) => void sent.push(frame), close: () => undefined };
    };
  const link = new Link({
    environment,
    url: "http://test",
    token: "t",
    rungs: rungs ?? ["websocket", "sse", "poll"],
    transports: {
      websocket: transport("websocket"),
      sse: transport("sse"),
      poll: transport("poll"),
    },
    cursor: () => cursor,
    ping: () => void link.send({ type: "ping", id: 0 }),
    onStatus: (state) => states.push(state),
    onFrame: (frame: ServerFrame) => {
      if (frame.type === "hello") cursor = `${frame.mailbox}.${frame.n}`;
    },
    onOnline: () => undefined,
    onLost: () => {
      lost += 1;
    },
  });
  return {
    link,
    clock,
    environment,
    states,
    opened,
    sent,
    behaviours,
    server: () => listener as TransportListener,
    lost: () => lost,
    state: () => states.at(-1),
  };
}

test("the first rung that greets wins", async () => {
  const { link, clock, opened, state } = setUp({ websocket: "greet" });
  link.start();
  await clock.pass(10);
  expect(state()).toEqual({ state: "online", rung: "websocket" });
  expect(opened.map((each) => each.rung)).toEqual(["websocket"]);
});

test("a socket that opens and does not greet is given up after 2.5 s", async () => {
  const { link, clock, opened, state } = setUp({ websocket: "silent", sse: "greet" });
  link.start();
  await clock.pass(2_600);
  expect(state()).toEqual({ state: "online", rung: "sse" });
  expect(opened.map(({ rung, at }) => [rung, at])).toEqual([
    ["websocket", 0],
    ["sse", 2_500],
  ]);
});

test("nothing answers: waits that grow with jitter to 20 s, with the time of the next attempt", async () => {
  const run = setUp({ websocket: 1006, sse: 1006, poll: 1006 });
  run.link.start();
  await run.clock.pass(120_000);
  const waits = run.states.flatMap((each, i) => (each.state === "offline" ? [i] : []));
  expect(waits.length).toBeGreaterThan(8);
  const starts = run.opened.filter((each) => each.rung === "websocket").map((each) => each.at);
  const gaps = starts.slice(1).map((at, i) => at - (starts[i] ?? 0));
  expect(gaps.slice(0, 8)).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  expect(run.states.find((each) => each.state === "offline")).toMatchObject({ reason: "network" });
  run.behaviours.websocket = "greet";
  run.link.retryNow();
  await run.clock.pass(10);
  expect(run.state()?.state).toBe("online");
});

test("the rung that worked is begun with for 30 minutes, the top again on every fourth connect", async () => {
  const run = setUp({ websocket: 1006, sse: "greet" });
  run.link.start();
  await run.clock.pass(10);
  for (let i = 0; i < 3; i++) {
    run.server().closed(1006);
    await run.clock.pass(25_000);
  }
  expect(run.opened.map((each) => each.rung)).toEqual([
    "websocket",
    "sse",
    "sse",
    "sse",
    "websocket",
    "sse",
  ]);
  run.environment.memo.set("switchboard:rung:http://test", `sse ${run.clock.time - 31 * 60_000}`);
  run.server().closed(1006);
  await run.clock.pass(25_000);
  expect(run.opened.slice(6).map((each) => each.rung)).toEqual(["websocket", "sse"]);
});

test("another network: up the ladder, with the same cursor", async () => {
  const run = setUp({ websocket: 1006, sse: "greet" });
  run.link.start();
  await run.clock.pass(10);
  run.behaviours.websocket = "greet";
  run.link.wake("network");
  await run.clock.pass(10);
  expect(run.state()).toEqual({ state: "online", rung: "websocket" });
  expect(run.opened.at(-1)?.resume).toBe("m1.0");
  expect(run.lost()).toBe(1);
});

test.each([
  [4401, "signed_out"],
  [4403, "protocol_error"],
])("close code %i is an answer: no further attempt", async (code, reason) => {
  const run = setUp({ websocket: code });
  run.link.start();
  await run.clock.pass(60_000);
  expect(run.state()).toEqual({ state: "denied", reason });
  expect(run.opened).toHaveLength(1);
});

test("a cursor that is not understood is given up, once", async () => {
  const run = setUp({ websocket: "greet" });
  run.link.start();
  await run.clock.pass(10);
  run.behaviours.websocket = 4400;
  run.server().closed(1006);
  await run.clock.pass(10_000);
  expect(run.opened.map((each) => each.resume)).toEqual([undefined, "m1.0", undefined]);
  expect(run.state()).toEqual({ state: "denied", reason: "protocol_error" });
});

test("an end that says not to come back is believed, one that says so, too", async () => {
  const run = setUp({ websocket: "greet" });
  run.link.start();
  await run.clock.pass(10);
  run.server().frame({ type: "end", reason: "draining", reconnect: true });
  run.server().closed(4000);
  expect(run.state()).toMatchObject({ state: "offline", reason: "draining" });
  await run.clock.pass(20_000);
  expect(run.state()?.state).toBe("online");
  run.server().frame({ type: "end", reason: "revoked", reconnect: false });
  run.server().closed(4402);
  expect(run.state()).toEqual({ state: "denied", reason: "revoked" });
});

test("silence for ping_s + 10 s: a ping, and without an answer in 5 s another connection", async () => {
  const run = setUp({ websocket: "greet" });
  run.link.start();
  await run.clock.pass(10);
  await run.clock.pass(39_000);
  expect(run.sent.map((frame) => frame.type)).toEqual(["ping"]);
  expect(run.state()?.state).toBe("online");
  run.behaviours.websocket = 1006;
  await run.clock.pass(1_000 + 5_000);
  expect(run.states.some((each) => each.reason === "dead_link")).toBe(true);
});

test("a quiet link is kept open by a ping before the server's interval is over", async () => {
  const run = setUp({ websocket: "greet" });
  run.link.start();
  await run.clock.pass(10);
  for (let i = 0; i < 10; i++) {
    await run.clock.pass(24_000);
    run.server().frame({ type: "reply", id: 0, ok: {} });
  }
  expect(run.sent.length).toBeGreaterThanOrEqual(9);
  expect(run.opened).toHaveLength(1);
});

test("coming back to the page asks for a sign of life at once", async () => {
  const run = setUp({ websocket: "greet" });
  run.link.start();
  await run.clock.pass(10);
  run.link.wake("visible");
  expect(run.sent).toHaveLength(1);
  await run.clock.pass(5_100);
  expect(run.opened).toHaveLength(2);
});

test("a stream that only comes down and was quiet for long is opened anew", async () => {
  const run = setUp({ sse: "greet" }, ["sse"]);
  run.link.start();
  await run.clock.pass(21_000);
  run.link.wake("visible");
  await run.clock.pass(10);
  expect(run.opened).toHaveLength(2);
  expect(run.sent).toHaveLength(0);
});

test("offline, the page being shown is a reason to try at once", async () => {
  const run = setUp({ websocket: 1006, sse: 1006, poll: 1006 });
  run.link.start();
  await run.clock.pass(60_000);
  run.behaviours.websocket = "greet";
  run.link.wake("visible");
  await run.clock.pass(10);
  expect(run.state()?.state).toBe("online");
});
