import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("../src/style/tokens.css", import.meta.url), "utf8");
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map(
    ([, name, light, dark]) => [name, { light, dark }],
  ),
);

/** Text on ground, wherever the two meet. */
const PAIRS: readonly (readonly [string, readonly string[]])[] = [
  ["ink", ["paper", "raised", "own", "other", "hover", "chosen", "accent-soft", "mark"]],
  ["soft", ["paper", "raised", "own", "other", "hover", "chosen"]],
  ["accent", ["paper", "raised", "own", "other", "hover", "chosen", "accent-soft"]],
  ["on-accent", ["accent"]],
  ["danger", ["paper", "raised", "hover", "chosen", "danger-soft"]],
  ["warning", ["paper", "warning-soft"]],
  ["success", ["paper", "raised"]],
];

describe.each(["light", "dark"] as const)("in the %s theme", (theme) => {
  const cases = PAIRS.flatMap(([text, grounds]) =>
    grounds.map((ground) => [text, ground] as const),
  );
  it.each(cases)("%s on %s can be read", (text, ground) => {
    expect(contrast(colour(text, theme), colour(ground, theme))).toBeGreaterThanOrEqual(4.5);
  });

  it("the focus ring stands out", () => {
    expect(contrast(colour("accent", theme), colour("paper", theme))).toBeGreaterThanOrEqual(3);
  });
});

function colour(name: string, theme: "light" | "dark"): string {
  const value = tokens.get(name)?.[theme];
  if (!value) throw new Error(`no token --${name}`);
  return value;
}

/** WCAG 2.2, relative luminance. */
function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
