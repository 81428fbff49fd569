import { type SignedIn, connect } from "@switchboard/client";
import { effect, signal } from "@preact/signals";
import { forgetAccount, keepAccount, type Kept, keptAccount } from "./account.ts";
import { fetchPicturesWith } from "./pictures.ts";
import { type Session, followClient } from "./session.ts";

/** Why one stands at the first page. */
export type Reason = "first" | "ended" | "expired" | "deleted" | "left";
/** Signed in or not. */
export type Phase =
  | { readonly kind: "signed-out"; readonly reason: Reason }
  | { readonly kind: "signed-in"; readonly session: Session };

/** Where the page stands. */
export const phase = signal<Phase>({ kind: "signed-out", reason: "first" });

/** Goes on with the sign-in that was kept. */
export function resumeKept(): void {
  const kept = keptAccount(Date.now());
  if (kept) begin(kept);
}

/** Begins with a new sign-in. */
export function enter(signedIn: SignedIn): void {
  begin(keepAccount(signedIn));
}

/** Ends the sign-in on this device and forgets what was kept of it. */
export async function leave(reason: Reason = "left"): Promise<void> {
  const now = phase.value;
  if (now.kind === "signed-in") {
    now.session.stop();
    await now.session.client.signOut().catch(() => undefined);
  }
  end(reason);
}

function begin(kept: Kept): void {
  fetchPicturesWith(kept.token);
  const session = followClient(connect({ token: kept.token, me: kept.me }));
  phase.value = { kind: "signed-in", session };
  const stop = effect(() => {
    const { state, reason } = session.state.value.connection;
    if (state !== "denied") return;
    queueMicrotask(() => {
      stop();
      if (phase.peek().kind !== "signed-in") return;
      session.stop();
      void session.client.signOut().catch(() => undefined);
      end(reason === "revoked" ? "ended" : "expired");
    });
  });
}

function end(reason: Reason): void {
  forgetAccount();
  fetchPicturesWith(null);
  history.replaceState(null, "", "#/");
  phase.value = { kind: "signed-out", reason };
}
