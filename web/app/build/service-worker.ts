import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/** Large or seldom used: kept when they were used once, not fetched ahead. */
const ON_DEMAND = /emoji-(en|ja|fr)|\.map$/;

/** Writes `sw.js` with the list of files that make the app readable without a network. */
export function serviceWorker(): Plugin {
  const template = new URL("./sw.js", import.meta.url);
  return {
    name: "switchboard:service-worker",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const hash = createHash("sha256");
        const files: string[] = [];
        for (const name of Object.keys(bundle).sort()) {
          const file = bundle[name];
          if (!file || ON_DEMAND.test(name)) continue;
          hash.update(name).update(file.type === "chunk" ? file.code : file.source);
          files.push(name === "index.html" ? "/" : `/${name}`);
        }
        const source = readFileSync(template, "utf8")
          .replace("__VERSION__", hash.digest("hex").slice(0, 12))
          .replace('"__FILES__"', JSON.stringify([...files, "/icon.svg", "/manifest.webmanifest"]));
        this.emitFile({ type: "asset", fileName: "sw.js", source });
      },
    },
  };
}
