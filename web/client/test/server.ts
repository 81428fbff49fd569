import type { Socket } from "../src/environment.ts";
import type {
  Conversation,
  ErrorBody,
  Event,
  EventServerFrame,
  SendMessage,
  Sent,
  ServerFrame,
} from "../src/generated/protocol.ts";
import { AT, account, hello, synced, World } from "./world.ts";

/** A command frame as it arrives. */
export type Arrived = { id: number; type: string } & Record<string, unknown>;

/** What the server is told to do with a command: lose it, its reply, the connection, or refuse. */
export type Fault = "lose" | "lose_reply" | "close" | ErrorBody | undefined;

interface Mailbox {
  readonly id: string;
  readonly user: string;
  n: number;
  kept: EventServerFrame[];
  attached: ((frame: ServerFrame) => void) | undefined;
}

/** A server in memory, enough of it for one account's clients. The token is the username. */
export class FakeServer {
  readonly worlds = new Map<string, World>();
  readonly arrived: Arrived[] = [];
  readonly posted: { frame: Arrived; mailbox: string | null }[] = [];
  readonly opened: string[] = [];
  readonly mailboxes: Mailbox[] = [];
  epoch = "e1";
  down = new Set<string>();
  fault: (frame: Arrived) => Fault = () => undefined;
  readonly #sent = new Map<string, Sent>();
  readonly #sockets = new Set<FakeSocket>();
  readonly #streams = new Set<() => void>();

  constructor(...ids: string[]) {
    for (const id of ids) this.worlds.set(id, new World(id));
  }

  world(id: string): World {
    const world = this.worlds.get(id);
    if (!world) throw new Error(`no conversation ${id}`);
    return world;
  }

  /** Commits an event and puts it into every mailbox. */
  commit(id: string, draft: Parameters<World["append"]>[0]): Event {
    const event = this.world(id).append(draft);
    for (const mailbox of this.mailboxes) {
      const frame: EventServerFrame = { type: "event", n: ++mailbox.n, event };
      mailbox.kept.push(frame);
      mailbox.attached?.(frame);
    }
    return event;
  }

  texts(id: string): string[] {
    return this.world(id).log.flatMap((each) =>
      each.type === "message.created" ? [each.text] : [],
    );
  }

  /** Cuts every connection. */
  cut(code = 1006): void {
    for (const socket of [...this.#sockets]) socket.end(code);
    for (const end of [...this.#streams]) end();
  }

  /** Forgets the mailboxes, as after the grace period. */
  forget(): void {
    this.mailboxes.length = 0;
  }

  readonly socket = (_url: string, _protocols: string[]): Socket => {
    this.opened.push("websocket");
    const socket = new FakeSocket(this, this.down.has("websocket"));
    this.#sockets.add(socket);
    return socket;
  };

  readonly fetch = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const { pathname, searchParams } = new URL(url, "http://test");
    const headers = new Headers(init.headers);
    const user = headers.get("authorization")?.replace("Bearer ", "") ?? "";
    if (user === "expired") return new Response(null, { status: 401 });
    if (pathname === "/v1/commands")
      return this.#post(user, headers, String(init.body), init.signal);
    if (pathname === "/v1/events") return this.#events(user, headers, init.signal);
    if (pathname === "/v1/poll") return this.#poll(user, searchParams, init.signal);
    return new Response("{}", { status: 404 });
  };

  attach(user: string, resume: string | undefined, tell: (frame: ServerFrame) => void): Mailbox {
    const [id, n] = resume?.split(".") ?? [];
    let mailbox = this.mailboxes.find((each) => each.id === id);
    const outcome = mailbox ? "resumed" : resume ? "reset" : "new";
    if (!mailbox) {
      mailbox = {
        id: `m${this.mailboxes.length + Math.random()}`.replace(".", ""),
        user,
        n: 0,
        kept: [],
        attached: undefined,
      };
      this.mailboxes.push(mailbox);
    }
    const after = outcome === "resumed" ? Number(n) : 0;
    mailbox.attached = tell;
    tell(
      hello({
        resume: outcome,
        mailbox: mailbox.id,
        n: after,
        epoch: this.epoch,
        me: account(user),
      }),
    );
    for (const frame of mailbox.kept) if (frame.n > after) tell(frame);
    return mailbox;
  }

  /** A command's reply; undefined when it is lost on the way. */
  answer(user: string, frame: Arrived): ServerFrame | "close" | undefined {
    this.arrived.push(frame);
    const fault = this.fault(frame);
    if (fault === "lose" || frame.type === "ack") return undefined;
    if (typeof fault === "object") return { type: "reply", id: frame.id, error: fault };
    const ok = this.#execute(user, frame);
    if (fault === "lose_reply") return undefined;
    if (fault === "close") return "close";
    if ("code" in ok) return { type: "reply", id: frame.id, error: ok as ErrorBody };
    return { type: "reply", id: frame.id, ok };
  }

  #execute(user: string, frame: Arrived): object {
    switch (frame.type) {
      case "sync":
        return synced(
          [...this.worlds.values()].map((world) => world.snapshot(user)),
          { epoch: this.epoch, me: account(user) },
        );
      case "history.get":
        return this.world(String(frame.conversation)).history(frame as never);
      case "log.get":
        return this.world(String(frame.conversation)).piece(frame as never);
      case "conversation.get":
        return { conversation: this.#snapshot(String(frame.conversation), user), users: [] };
      case "user.get":
        return { user: account(String(frame.username)) };
      case "message.send":
        return this.#send(user, frame as unknown as SendMessage);
      default:
        return {};
    }
  }

  #snapshot(id: string, user: string): Conversation {
    const snapshot = this.world(id).snapshot(user);
    return id.startsWith("with-") ? { ...snapshot, kind: "direct", peer: id.slice(5) } : snapshot;
  }

  #send(user: string, asked: SendMessage): Sent | ErrorBody {
    const first = this.#sent.get(asked.client_id);
    if (first) return { ...first, repeated: true };
    const id = asked.conversation ?? `with-${asked.to}`;
    if (!this.worlds.has(id)) {
      if (asked.to === undefined) return { code: "not_found", message: "no such conversation" };
      this.worlds.set(id, new World(id));
    }
    const { client_id, text } = asked;
    const event = this.commit(id, { type: "message.created", sender: user, client_id, text });
    const sent: Sent = { conversation: id, seq: event.seq, at: AT, client_id };
    this.#sent.set(client_id, sent);
    return sent;
  }

  #post(user: string, headers: Headers, body: string, signal: unknown): Promise<Response> {
    if (this.down.has("post")) return Promise.reject(new TypeError("network"));
    const frame = JSON.parse(body) as Arrived;
    this.posted.push({ frame, mailbox: headers.get("switchboard-mailbox") });
    const reply = this.answer(user, frame);
    if (reply === "close") return Promise.reject(new TypeError("network"));
    if (!reply && frame.type !== "ack") return never(signal as AbortSignal);
    return Promise.resolve(new Response(reply ? JSON.stringify(reply) : null));
  }

  #events(user: string, headers: Headers, signal: unknown): Response {
    this.opened.push("sse");
    if (this.down.has("sse")) return new Response("no", { status: 502 });
    const encoder = new TextEncoder();
    let end = () => undefined as undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        let over = false;
        end = () => {
          if (!over) controller.close();
          over = true;
          return undefined;
        };
        const tell = (frame: ServerFrame) => {
          const text = `data: ${JSON.stringify(frame)}\n\n`;
          if (!over) controller.enqueue(encoder.encode(text));
        };
        this.attach(user, headers.get("last-event-id") ?? undefined, tell);
      },
    });
    this.#streams.add(end);
    (signal as AbortSignal).addEventListener("abort", end);
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }

  async #poll(user: string, query: URLSearchParams, signal: unknown): Promise<Response> {
    this.opened.push("poll");
    if (this.down.has("poll")) throw new TypeError("network");
    const frames: ServerFrame[] = [];
    let wake: () => void = () => undefined;
    const news = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const after = query.get("after") ?? undefined;
    const mailbox = this.attach(user, after, (frame) => {
      frames.push(frame);
      if (frame.type !== "hello") wake();
    });
    const resumed = frames[0]?.type === "hello" && frames[0].resume === "resumed";
    if (resumed) frames.shift();
    if (frames.length === 0 && query.get("wait") !== "0") {
      const given = signal as AbortSignal;
      given.addEventListener("abort", wake);
      await news;
      given.removeEventListener("abort", wake);
      given.throwIfAborted();
    }
    mailbox.attached = undefined;
    return new Response(JSON.stringify({ frames, cursor: `${mailbox.id}.${mailbox.n}` }));
  }
}

/** A WebSocket to the server in memory. */
class FakeSocket implements Socket {
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  onerror: Socket["onerror"] = null;
  readonly #server: FakeServer;
  #user: string | undefined;
  #over = false;

  constructor(server: FakeServer, down: boolean) {
    this.#server = server;
    queueMicrotask(() => (down ? this.end(1006) : this.onopen?.()));
  }

  send(text: string): void {
    const frame = JSON.parse(text) as Arrived & { token?: string; resume?: string };
    if (frame.type === "auth") {
      this.#user = frame.token;
      if (frame.token === "expired") return this.end(4401);
      this.#server.attach(frame.token ?? "", frame.resume, (each) => this.#tell(each));
      return;
    }
    queueMicrotask(() => {
      const reply = this.#server.answer(this.#user ?? "", frame);
      if (reply === "close") this.end(1006);
      else if (reply) this.#tell(reply);
    });
  }

  close(): void {
    this.#over = true;
  }

  end(code: number): void {
    if (this.#over) return;
    this.#over = true;
    this.onclose?.({ code, reason: "" });
  }

  #tell(frame: ServerFrame): void {
    if (!this.#over)
      queueMicrotask(() => this.#over || this.onmessage?.({ data: JSON.stringify(frame) }));
  }
}

function never(signal: AbortSignal): Promise<Response> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
  });
}
