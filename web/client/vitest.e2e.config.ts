import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["e2e/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // node 20 has WebSockets behind this flag; later versions take it without effect.
    execArgv: ["--experimental-websocket"],
  },
});
