import type { Account, SignedIn } from "@switchboard/client";
import { readKept, write } from "./prefs.ts";

const KEY = "switchboard.account";

/** What is kept of a sign-in on this device. */
export interface Kept {
  readonly token: string;
  readonly me: Account;
  readonly expires_at: string;
}

export function keepAccount(signedIn: SignedIn): Kept {
  const kept = { token: signedIn.token, me: signedIn.user, expires_at: signedIn.expires_at };
  write(KEY, JSON.stringify(kept));
  return kept;
}

/** The sign-in that was kept, unless it has ended. */
export function keptAccount(now: number): Kept | null {
  try {
    const kept = JSON.parse(readKept(KEY) ?? "null") as Kept | null;
    return kept?.token && kept.me && Date.parse(kept.expires_at) > now ? kept : null;
  } catch {
    return null;
  }
}

export function forgetAccount(): void {
  write(KEY, null);
}

/** What the server tells before anyone signs in. */
export interface AppConfig {
  readonly name: string;
  readonly registration: "open" | "invite" | "closed";
}

/** Asks the server for its settings; without an answer the usual ones hold. */
export async function loadConfig(): Promise<AppConfig> {
  const usual: AppConfig = { name: "Switchboard", registration: "open" };
  try {
    const answer = await fetch("/app-config.json", { signal: AbortSignal.timeout(4000) });
    if (!answer.ok || !answer.headers.get("content-type")?.includes("json")) return usual;
    return { ...usual, ...((await answer.json()) as Partial<AppConfig>) };
  } catch {
    return usual;
  }
}
