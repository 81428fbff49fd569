import type { Plugin } from "vite";
import { parseMessage } from "../src/i18n/icu.ts";

/** Compiles `src/i18n/{en,ja,fr}.json` while building, so that no parser is shipped. */
export function catalogues(): Plugin {
  return {
    name: "switchboard:catalogues",
    enforce: "pre",
    transform(code, id) {
      if (!/\/src\/i18n\/[a-z]{2}\.json$/.test(id)) return null;
      const source = JSON.parse(code) as Record<string, string>;
      const compiled = Object.fromEntries(
        Object.entries(source).map(([key, message]) => [key, parseMessage(message, key)]),
      );
      return { code: JSON.stringify(compiled), map: null };
    },
  };
}
