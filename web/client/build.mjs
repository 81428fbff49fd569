// Builds what is published: one ES module with its declarations, in `dist/`. With `--size` it also
// tells how large the module is, and fails when it is larger than promised.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

/** The promise of the README, in bytes after gzip. */
const LIMIT = 19 * 1024;

const measured = process.argv.includes("--size");
const root = fileURLToPath(new URL(".", import.meta.url));
process.chdir(root);

await build({
  root,
  configFile: false,
  logLevel: "warn",
  build: {
    target: "es2022",
    modulePreload: false,
    // A library for bundlers keeps its names readable; the size is that of the minified module.
    minify: measured,
    rolldownOptions: {
      input: "src/index.ts",
      preserveEntrySignatures: "strict",
      output: { format: "es", entryFileNames: "index.js" },
    },
  },
});

if (measured) {
  const bytes = readFileSync("dist/index.js");
  const zipped = gzipSync(bytes, { level: 9 }).length;
  const sizes = `${bytes.length} bytes, ${zipped} gzip (limit ${LIMIT})`;
  process.stdout.write(`@switchboard/client: ${sizes}\n`);
  if (zipped > LIMIT) process.exitCode = 1;
} else {
  execFileSync("npx", ["tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
  const {
    devDependencies: _,
    scripts: __,
    files: ___,
    ...manifest
  } = JSON.parse(readFileSync("package.json", "utf8"));
  const exports = { ".": { types: "./index.d.ts", default: "./index.js" } };
  writeFileSync("dist/package.json", `${JSON.stringify({ ...manifest, exports }, null, 2)}\n`);
}
