import { duration } from "../time/format.ts";
import { type Key, t } from "../i18n/i18n.ts";
import { errorOf } from "./session.ts";

const WORDS: Readonly<Record<string, Key>> = {
  invalid: "error.invalid",
  denied: "error.denied",
  not_found: "error.not_found",
  conflict: "error.conflict",
  too_large: "error.too_large",
  unsupported: "error.unsupported",
  unavailable: "error.unavailable",
  internal: "error.internal",
  unauthenticated: "error.unauthenticated",
  disconnected: "error.unreachable",
  timeout: "error.unreachable",
  network: "error.unreachable",
  closed: "error.unauthenticated",
};

/** What went wrong and what to do next, in the reader's language. */
export function errorWords(thrown: unknown): string {
  const error = errorOf(thrown);
  if (error.code === "limited") {
    const wait = error.retry_after_ms;
    return wait ? t("error.limited", { time: duration(wait) }) : t("error.limited.soon");
  }
  return t(WORDS[error.code] ?? "error.internal");
}
