// The cable between browser and server, for tests that pull it.

import {
  type AddressInfo,
  type Server as Listener,
  type Socket,
  connect,
  createServer,
} from "node:net";

/** The three ways that lead to live events. */
export type LivePath = "/v1/ws" | "/v1/events" | "/v1/poll";

/** Where a cable leads. */
export interface End {
  readonly port: number;
}

interface Strand {
  readonly near: Socket;
  readonly far: Socket;
  /** What the connection was last used for. */
  path: string;
  /** It carries a WebSocket; its bytes are not HTTP any longer. */
  upgraded: boolean;
  /** What waits while nothing flows. */
  readonly held: (() => void)[];
}

const REQUEST = /^[A-Z]+ (\S+) HTTP\/1\.1\r\n/;
const REFUSED = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/** A TCP proxy that can stall, cut and refuse. */
export class Wire {
  readonly #listener: Listener;
  readonly #end: End;
  readonly #strands = new Set<Strand>();
  readonly #refused = new Set<LivePath>();
  readonly #asked = new Map<string, number>();
  #flows = { up: true, down: true };
  #whole = true;

  private constructor(end: End) {
    this.#end = end;
    this.#listener = createServer((near) => this.#join(near));
  }

  /** Lays a cable to a server. */
  static async to(end: End): Promise<Wire> {
    const wire = new Wire(end);
    await new Promise<void>((resolve) => wire.#listener.listen(0, "127.0.0.1", resolve));
    return wire;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#listener.address() as AddressInfo).port}`;
  }

  /** Answers 403 to these from now on, as some companies' proxies do. */
  refuse(...paths: LivePath[]): void {
    for (const path of paths) this.#refused.add(path);
  }

  /** Bytes stop, both ways; nothing is closed, and nobody is told. */
  stall(): void {
    this.#flows = { up: false, down: false };
  }

  /** What is asked arrives; what is answered does not. */
  stallAnswers(): void {
    this.#flows.down = false;
  }

  /** What was held back is delivered, and the rest flows again. */
  flow(): void {
    this.#flows = { up: true, down: true };
    for (const strand of this.#strands) {
      for (const send of strand.held.splice(0)) send();
    }
  }

  /** Every connection breaks, and no new one comes about. */
  cut(): void {
    this.#whole = false;
    for (const strand of [...this.#strands]) this.#break(strand);
  }

  /** New connections come about again. */
  mend(): void {
    this.#whole = true;
  }

  /** How many open connections were last used for a path. */
  open(path: LivePath): number {
    return [...this.#strands].filter((strand) => strand.path === path).length;
  }

  /** How often a path was asked for. */
  asked(path: LivePath): number {
    return this.#asked.get(path) ?? 0;
  }

  /** Takes the cable away. */
  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#listener.close(resolve));
  }

  #join(near: Socket): void {
    if (!this.#whole) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(this.#end.port, "127.0.0.1");
    const strand: Strand = { near, far, path: "", upgraded: false, held: [] };
    this.#strands.add(strand);
    near.setNoDelay(true);
    far.setNoDelay(true);
    near.on("data", (piece) => this.#upward(strand, piece));
    far.on("data", (piece) => this.#pass("down", strand, () => near.write(piece)));
    near.on("error", () => this.#break(strand));
    far.on("error", () => this.#break(strand));
    near.on("close", () => this.#pass("up", strand, () => this.#break(strand)));
    far.on("close", () => this.#pass("down", strand, () => this.#break(strand)));
  }

  #upward(strand: Strand, piece: Buffer): void {
    const target = strand.upgraded ? undefined : REQUEST.exec(piece.toString("latin1"))?.[1];
    if (target !== undefined) {
      const path = target.split("?")[0] ?? "";
      strand.path = path;
      this.#asked.set(path, (this.#asked.get(path) ?? 0) + 1);
      if (this.#refused.has(path as LivePath)) {
        strand.near.end(REFUSED);
        strand.far.destroy();
        this.#strands.delete(strand);
        return;
      }
      strand.upgraded = path === "/v1/ws";
    }
    this.#pass("up", strand, () => strand.far.write(piece));
  }

  #pass(way: "up" | "down", strand: Strand, send: () => void): void {
    if (this.#flows[way]) send();
    else strand.held.push(send);
  }

  #break(strand: Strand): void {
    this.#strands.delete(strand);
    strand.near.destroy();
    strand.far.destroy();
  }
}
