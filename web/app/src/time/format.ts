import { locale, t, type Language } from "../i18n/i18n.ts";

const cache = new Map<string, Intl.DateTimeFormat>();

function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  const kept = cache.get(key);
  if (kept) return kept;
  const made = new Intl.DateTimeFormat(locale, options);
  cache.set(key, made);
  return made;
}

/** The time of day, the same everywhere: beside messages and in the list. */
export const clock = (at: string): string => formatter({ timeStyle: "short" }).format(new Date(at));

/** Day and time in full, for what appears on hover. */
export const full = (at: string): string =>
  formatter({ dateStyle: "full", timeStyle: "short" }).format(new Date(at));

/** A day and the time, for lists of sessions and versions. */
export const medium = (at: string): string =>
  formatter({ dateStyle: "medium", timeStyle: "short" }).format(new Date(at));

/** The local day as `2026-11-20`: equal for all moments of a day. */
export function dayKey(at: string): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Whole local days from `at` until `now`: 0 is today, 1 yesterday. */
export function daysAgo(at: string, now: Date): number {
  const day = new Date(at);
  const from = Date.UTC(day.getFullYear(), day.getMonth(), day.getDate());
  return Math.round(
    (Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) - from) / 86_400_000,
  );
}

/** The label of a day among messages: today, yesterday, or the date with its weekday. */
export function dayLabel(at: string, now = new Date()): string {
  const ago = daysAgo(at, now);
  if (ago === 0) return t("day.today");
  if (ago === 1) return t("day.yesterday");
  return dayInWords(at, locale);
}

/** The date with its weekday: Friday, November 20, 2026; 2026年11月20日(金); vendredi 20 novembre 2026. */
export function dayInWords(at: string, tag: string): string {
  const weekday = tag.startsWith("ja" satisfies Language) ? "short" : "long";
  const options = { year: "numeric", month: "long", day: "numeric", weekday } as const;
  return new Intl.DateTimeFormat(tag, options).format(new Date(at));
}

/** The time in a list: the clock today, then yesterday, the weekday, and at last the date. */
export function listTime(at: string, now = new Date()): string {
  const ago = daysAgo(at, now);
  if (ago <= 0) return clock(at);
  if (ago === 1) return t("day.yesterday");
  if (ago < 7) return formatter({ weekday: "short" }).format(new Date(at));
  const sameYear = new Date(at).getFullYear() === now.getFullYear();
  return formatter(sameYear ? { day: "numeric", month: "short" } : { dateStyle: "short" }).format(
    new Date(at),
  );
}

/** How long ago, in the largest unit that fits: "5 minutes ago". */
export function ago(at: string, now = new Date()): string {
  const seconds = Math.max(0, (now.getTime() - Date.parse(at)) / 1000);
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  if (seconds < 60) return t("time.now");
  if (seconds < 3600) return words.format(-Math.floor(seconds / 60), "minute");
  if (seconds < 86_400) return words.format(-Math.floor(seconds / 3600), "hour");
  return words.format(-daysAgo(at, now), "day");
}

/** A stretch of time in words, for "try again in …". */
export function duration(milliseconds: number): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  const unit = seconds < 90 ? "second" : seconds < 5400 ? "minute" : "hour";
  const value = unit === "second" ? seconds : Math.ceil(seconds / (unit === "minute" ? 60 : 3600));
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(value);
}
