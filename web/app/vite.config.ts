import { defineConfig } from "vite";
import { catalogues } from "./build/catalogues.ts";
import { emoji } from "./build/emoji.ts";
import { serviceWorker } from "./build/service-worker.ts";

const server = process.env.SWITCHBOARD_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [catalogues(), emoji(), serviceWorker()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    proxy: { "/v1": { target: server, ws: true }, "/app-config.json": server },
  },
});
