/** A text as it is compared: without marks above letters, in lower case, in one width. */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .trim();
}

/** Every word of the question begins a word of the text, or stands within it in scripts without spaces. */
export function matches(text: string, folded: string): boolean {
  const own = ` ${fold(text)}`;
  return folded
    .split(/\s+/u)
    .every(
      (word) =>
        own.includes(` ${word}`) ||
        own.includes(`-${word}`) ||
        own.includes(`@${word}`) ||
        (/[^\x20-\x7f]/.test(word) && own.includes(word)),
    );
}
