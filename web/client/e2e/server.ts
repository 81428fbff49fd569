import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A server of one's own, on a free port, with throw-away data. */
export interface RunningServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the binary that `SWITCHBOARD_BIN` names. */
export async function startServer(): Promise<RunningServer> {
  const binary = process.env.SWITCHBOARD_BIN;
  if (!binary) throw new Error("set SWITCHBOARD_BIN to the server, or run `cargo xtask test e2e`");
  const directory = mkdtempSync(join(tmpdir(), "switchboard-e2e-"));
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
  return {
    url,
    stop: async () => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
      rmSync(directory, { recursive: true, force: true });
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
