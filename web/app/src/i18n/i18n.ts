import { signal } from "@preact/signals";
import type { Compiled } from "./icu.ts";
import type source from "./en.json";

/** A key of the catalogues. */
export type Key = keyof typeof source;
export type Values = Readonly<Record<string, string | number>>;
/** The languages that exist. */
export const LANGUAGES = ["en", "ja", "fr"] as const;
export type Language = (typeof LANGUAGES)[number];

type Catalogue = Readonly<Record<string, Compiled>>;

const loaders: Record<Language, () => Promise<{ default: unknown }>> = {
  en: () => import("./en.json"),
  ja: () => import("./ja.json"),
  fr: () => import("./fr.json"),
};

/** The language shown now. The whole page is drawn anew when it changes. */
export const language = signal<Language>("en");
/** What `Intl` is asked with: the language with the region of the browser, such as `en-GB`. */
export let locale = "en";

let catalogue: Catalogue = {};
let plurals = new Intl.PluralRules("en");
let numbers = new Intl.NumberFormat("en");

/** Loads a language and shows it. */
export async function useLanguage(wanted: Language): Promise<void> {
  const loaded = await loaders[wanted]();
  catalogue = loaded.default as Catalogue;
  locale = regional(wanted);
  plurals = new Intl.PluralRules(locale);
  numbers = new Intl.NumberFormat(locale);
  document.documentElement.lang = wanted;
  language.value = wanted;
}

/** The language of the browser's list that exists here, else English. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = LANGUAGES.find((name) => tag.toLowerCase().split("-")[0] === name);
    if (found) return found;
  }
  return "en";
}

/** The words for a key. */
export function t(key: Key, values: Values = {}): string {
  const message = catalogue[key];
  return message === undefined ? key : format(message, values, plurals, numbers);
}

/** A number in the reader's way of writing. */
export function number(value: number): string {
  return numbers.format(value);
}

/** A sentence that may begin with a word of its middle, such as "you". */
export function capital(words: string): string {
  const [first = ""] = words;
  return first.toLocaleUpperCase(locale) + words.slice(first.length);
}

/** Several names as one phrase: "Anna, Ben and Chloé". */
export function list(items: readonly string[]): string {
  return new Intl.ListFormat(locale, { type: "conjunction" }).format(items);
}

/** Fills a compiled message; apart from the page's language so that it can be tested. */
export function format(
  message: Compiled,
  values: Values,
  rules: Intl.PluralRules,
  digits: Intl.NumberFormat,
  count?: number,
): string {
  if (typeof message === "string") return message;
  const show = (value: string | number): string =>
    typeof value === "number" ? digits.format(value) : isolate(value);
  let out = "";
  for (const part of message) {
    if (typeof part === "string") out += part;
    else if ("n" in part) out += show(count ?? 0);
    else if (!("o" in part)) out += show(values[part.v] ?? "");
    else {
      const value = values[part.v] ?? 0;
      const chosen =
        part.k === "select" ? String(value) : pluralOption(part.o, Number(value), rules);
      const nested = part.o[chosen] ?? part.o.other ?? "";
      out += format(nested, values, rules, digits, part.k === "plural" ? Number(value) : count);
    }
  }
  return out;
}

/** Words that run from right to left must not turn the sentence around them. */
function isolate(value: string): string {
  return RIGHT_TO_LEFT.test(value) ? `\u2068${value}\u2069` : value;
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

function pluralOption(
  options: Readonly<Record<string, Compiled>>,
  value: number,
  rules: Intl.PluralRules,
): string {
  return `=${value}` in options ? `=${value}` : rules.select(value);
}

function regional(wanted: Language): string {
  return navigator.languages.find((tag) => tag.toLowerCase().startsWith(`${wanted}-`)) ?? wanted;
}
