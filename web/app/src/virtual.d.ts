declare module "virtual:emoji-*" {
  /** A line per emoji: group, emoji, label, words, separated by tabs. */
  const lines: string;
  export default lines;
}
