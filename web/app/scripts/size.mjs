// Holds the first load to its budget: the page, its scripts and styles, and the largest catalogue.
import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";

const print = globalThis.console;

const BUDGET = 90 * 1024;
const LAZY_BUDGET = 60 * 1024;
const dist = new URL("../dist/", import.meta.url);
const size = (path) => gzipSync(readFileSync(new URL(path, dist)), { level: 9 }).length;
const assets = readdirSync(new URL("assets/", dist)).map((name) => `assets/${name}`);
const html = readFileSync(new URL("index.html", dist), "utf8");

// What the page names, and what those name in turn without asking for it later.
const first = new Set(["index.html"]);
const add = (path) => {
  if (first.has(path)) return;
  first.add(path);
  const code = readFileSync(new URL(path, dist), "utf8");
  for (const [, name] of code.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g))
    add(`assets/${name}`);
};
for (const [, path] of html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)) add(path);
const catalogues = assets.filter((name) => /assets\/(en|ja|fr)-[\w-]+\.js$/.test(name));
const largest = catalogues.sort((a, b) => size(b) - size(a))[0];
if (largest) first.add(largest);

let total = 0;
let failed = false;
const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`.padStart(10);
for (const path of first) {
  total += size(path);
  print.log(kib(size(path)), path);
}
print.log(kib(total), `first load, of ${kib(BUDGET).trim()} (gzip)`);
failed ||= total > BUDGET;
for (const path of assets.filter((name) => !first.has(name) && !catalogues.includes(name))) {
  print.log(kib(size(path)), path, "later");
  failed ||= size(path) > LAZY_BUDGET;
}
if (failed) {
  print.error("over the budget");
  process.exit(1);
}
