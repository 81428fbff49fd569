import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A server of one's own, on a free port, with throw-away data. */
export interface RunningServer {
  readonly url: string;
  readonly directory: string;
  /** Lets it end in order, and its data go. */
  stop(): Promise<void>;
  /** Ends it as a power cut would; its data stay. */
  kill(): Promise<void>;
}

/** Starts the binary that `SWITCHBOARD_BIN` names. */
export async function startServer(
  directory = mkdtempSync(join(tmpdir(), "switchboard-e2e-")),
): Promise<RunningServer> {
  const binary = process.env.SWITCHBOARD_BIN;
  if (!binary) throw new Error("set SWITCHBOARD_BIN to the server, or run `cargo xtask test e2e`");
  const child = spawn(binary, ["serve"], {
    cwd: directory,
    env: {
      ...process.env,
      SWITCHBOARD_HTTP_LISTEN: "127.0.0.1:0",
      SWITCHBOARD_TCP_LISTEN: "off",
      SWITCHBOARD_XMPP_LISTEN: "off",
      SWITCHBOARD_TURN_LISTEN: "off",
      SWITCHBOARD_METRICS_LISTEN: "off",
      SWITCHBOARD_DATA_DIR: directory,
      SWITCHBOARD_STORE_URL: `sqlite:${join(directory, "switchboard.db")}`,
      SWITCHBOARD_ACCOUNTS_REGISTRATION: "open",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const url = await addressOf(child);
  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await gone;
  };
  return {
    url,
    directory,
    stop: async () => {
      await end("SIGTERM");
      rmSync(directory, { recursive: true, force: true });
    },
    kill: () => end("SIGKILL"),
  };
}

/** A way to the server that can be cut. */
export interface Wire {
  readonly url: string;
  /** Leads to another server from now on. */
  lead(url: string): void;
  /** Cuts every connection. */
  cut(): void;
  close(): void;
}

/** Opens a way to a server. */
export async function openWire(url: string): Promise<Wire> {
  let port = Number(new URL(url).port);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lead: (other) => {
      port = Number(new URL(other).port);
    },
    cut,
    close: () => {
      server.close();
      cut();
    },
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const read = (bytes: Buffer) => {
      said += bytes.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (found) resolve(found[0]);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${said}`)));
  });
}
