import { createRequire } from "node:module";
import type { Plugin } from "vite";

interface Emoji {
  readonly emoji: string;
  readonly label: string;
  readonly tags?: readonly string[];
  readonly group?: number;
  readonly order?: number;
  readonly version: number;
}

const PREFIX = "virtual:emoji-";
/** Newer ones are not in the fonts of most systems yet. */
const NEWEST = 15.1;
/** Skin tones and hair, which are parts and not emoji by themselves. */
const COMPONENTS = 2;

/** Cuts the emoji data of one language down to what the picker needs: a string, a line per emoji. */
export function emoji(): Plugin {
  const require = createRequire(import.meta.url);
  return {
    name: "switchboard:emoji",
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return null;
      const language = id.slice(PREFIX.length + 1);
      const data = require(`emojibase-data/${language}/data.json`) as Emoji[];
      return `export default ${JSON.stringify(cut(data))}`;
    },
  };
}

function cut(data: readonly Emoji[]): string {
  return data
    .filter((one) => one.group !== undefined && one.group !== COMPONENTS && one.version <= NEWEST)
    .sort((a, b) => (a.order ?? 0) - (b.order ?? 0))
    .map((one) => [one.group, one.emoji, one.label, (one.tags ?? []).join(" ")].join("\t"))
    .join("\n");
}
