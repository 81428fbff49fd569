/** One emoji with what it is found by. */
export interface Emoji {
  readonly group: string;
  readonly emoji: string;
  readonly label: string;
  readonly words: string;
}

const MOST = 160;
const kept = new Map<string, Promise<readonly Emoji[]>>();

/** The emoji with the names of a language; a file of its own, read when first wanted. */
export function loadEmoji(language: string): Promise<readonly Emoji[]> {
  const known = kept.get(language);
  if (known) return known;
  const loading = source(language).then((module) => read(module.default));
  kept.set(language, loading);
  return loading;
}

/** Emoji whose name or a word for them holds all that is asked for; beginnings first. */
export function findEmoji(all: readonly Emoji[], query: string): readonly Emoji[] {
  const asked = query.toLowerCase().normalize("NFC").split(/\s+/u).filter(Boolean);
  const starts = (each: Emoji): boolean =>
    asked.every((word) => each.words.split(" ").some((own) => own.startsWith(word)));
  const holds = all.filter((each) => asked.every((word) => each.words.includes(word)));
  return [...holds.filter(starts), ...holds.filter((each) => !starts(each))].slice(0, MOST);
}

function source(language: string): Promise<{ default: string }> {
  if (language === "ja") return import("virtual:emoji-ja");
  if (language === "fr") return import("virtual:emoji-fr");
  return import("virtual:emoji-en");
}

function read(lines: string): readonly Emoji[] {
  return lines.split("\n").map((line) => {
    const [group = "", emoji = "", label = "", tags = ""] = line.split("\t");
    return { group, emoji, label, words: `${label} ${tags}`.toLowerCase() };
  });
}
