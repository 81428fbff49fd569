import { effect, signal } from "@preact/signals";
import { LANGUAGES, type Language, preferredLanguage } from "../i18n/i18n.ts";

/** What someone chose on this device. */
export interface Prefs {
  readonly language: Language | "auto";
  readonly theme: "auto" | "light" | "dark";
  readonly density: "comfortable" | "compact";
  readonly own: "auto" | "side" | "column";
  readonly sendKey: "enter" | "ctrl-enter";
  readonly letters: boolean;
  readonly notify: boolean;
  readonly notifyText: boolean;
  readonly sound: boolean;
  /** The offer to turn notifications on was answered. */
  readonly notifyOffered: boolean;
}

const KEY = "switchboard.prefs";
const DEFAULTS: Prefs = {
  language: "auto",
  theme: "auto",
  density: "comfortable",
  own: "auto",
  sendKey: "enter",
  letters: true,
  notify: true,
  notifyText: true,
  sound: false,
  notifyOffered: false,
};

/** The present choices. */
export const prefs = signal<Prefs>(read());

/** Changes some choices and keeps them. */
export function setPrefs(change: Partial<Prefs>): void {
  prefs.value = { ...prefs.value, ...change };
  write(KEY, JSON.stringify(prefs.value));
}

/** The language to show. */
export function chosenLanguage(): Language {
  const { language } = prefs.value;
  return language === "auto" ? preferredLanguage(navigator.languages) : language;
}

/** Puts theme and density on the root element, now and after each change. */
export function applyPrefs(root: HTMLElement): () => void {
  return effect(() => {
    const { theme, density } = prefs.value;
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    root.dataset.density = density;
  });
}

/** Reads from the device's storage; null where it is closed to pages. */
export function readKept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Writes to the device's storage; null removes. */
export function write(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Storage may be full or forbidden: the choice then lasts until the page is closed.
  }
}

function read(): Prefs {
  try {
    const kept = JSON.parse(readKept(KEY) ?? "{}") as Partial<Prefs>;
    const merged = { ...DEFAULTS, ...kept };
    const known = merged.language === "auto" || LANGUAGES.includes(merged.language);
    return known ? merged : { ...merged, language: "auto" };
  } catch {
    return DEFAULTS;
  }
}
