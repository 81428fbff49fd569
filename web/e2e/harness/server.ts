// The real server, with a directory of its own that is thrown away at the end.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const BINARY = process.env.SWITCHBOARD_BIN ?? join(ROOT, "target/debug/switchboard");

/** How long the server may take to open its door, and to end, in milliseconds. */
const PATIENCE_MS = 30_000;

/** Tests register and write faster than people do, all from one address. */
const SETTINGS = {
  SWITCHBOARD_METRICS_LISTEN: "off",
  SWITCHBOARD_ACCOUNTS_PASSWORD_MEMORY: "8MiB",
  SWITCHBOARD_LIMITS_COMMANDS: "100000/1s",
  SWITCHBOARD_LIMITS_SIGN_IN_BY_ACCOUNT: "1000/1s",
  SWITCHBOARD_LIMITS_SIGN_IN_BY_ADDRESS: "1000/1s",
  SWITCHBOARD_LIMITS_REGISTER_BY_ADDRESS: "1000/1s",
  SWITCHBOARD_LOG_LEVEL: "warn",
} as const;

/** A server under test. */
export class Server {
  #process: ChildProcess | undefined;
  #output = "";
  readonly #directory: string;
  readonly #settings: Readonly<Record<string, string>>;
  /** Where it listens; the same for its whole life, restarts included. */
  port = 0;

  private constructor(directory: string, settings: Readonly<Record<string, string>>) {
    this.#directory = directory;
    this.#settings = settings;
  }

  /** Starts a server on a free port. */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<Server> {
    if (!existsSync(BINARY))
      throw new Error(`${BINARY} is not there: build switchboard-server first`);
    const server = new Server(await mkdtemp(join(tmpdir(), "switchboard-e2e-")), settings);
    await server.resurrect();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What it wrote, for when a test fails. */
  get output(): string {
    return this.#output;
  }

  /** Starts it again where it was, with what it had kept. */
  async resurrect(): Promise<void> {
    const child = spawn(BINARY, ["serve"], {
      cwd: this.#directory,
      env: {
        PATH: process.env.PATH,
        HOME: this.#directory,
        ...SETTINGS,
        ...this.#settings,
        SWITCHBOARD_HTTP_LISTEN: `127.0.0.1:${this.port}`,
        SWITCHBOARD_DATA_DIR: join(this.#directory, "kept"),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = child;
    this.#output = "";
    const listening = new Promise<number>((resolve, reject) => {
      const read = (piece: Buffer): void => {
        this.#output = (this.#output + piece.toString()).slice(-20_000);
        const port = /^http\s.*?127\.0\.0\.1:(\d+)/m.exec(this.#output)?.[1];
        if (port) resolve(Number(port));
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.once("error", reject);
      child.once("exit", (code) =>
        reject(new Error(`the server ended with ${code}:\n${this.#output}`)),
      );
      setTimeout(() => reject(new Error(`no door opened:\n${this.#output}`)), PATIENCE_MS).unref();
    });
    this.port = await listening;
  }

  /** The power fails. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** It stops answering, but its connections stay. */
  freeze(): void {
    this.#process?.kill("SIGSTOP");
  }

  /** It goes on where it stopped. */
  thaw(): void {
    this.#process?.kill("SIGCONT");
  }

  /** Ends it for good, and removes what it kept. */
  async stop(): Promise<void> {
    this.thaw();
    await this.#end("SIGTERM");
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    const late = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    await ended;
    clearTimeout(late);
  }
}
