const MOST = 4;

/** One to four emoji and nothing else: they are drawn larger. */
export function onlyEmoji(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed.length === 0 || trimmed.length > 60) return false;
  return PATTERN?.test(trimmed) ?? false;
}

const PATTERN = makePattern();

function makePattern(): RegExp | null {
  try {
    return new RegExp(`^(?:\\p{RGI_Emoji}\\s*){1,${MOST}}$`, "v");
  } catch {
    return null;
  }
}
