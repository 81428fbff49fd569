/** What is known of a key press in the composer. */
export interface Press {
  readonly key: string;
  readonly keyCode: number;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly isComposing: boolean;
}
/** What is known of the composer when it comes. */
export interface Situation {
  readonly sendKey: "enter" | "ctrl-enter";
  /** An input method is converting, or ended in this very turn (Safari ends it before Enter). */
  readonly converting: boolean;
  readonly completing: boolean;
  readonly empty: boolean;
  /** A reply or an edit is being written. */
  readonly bound: boolean;
}
export type Intent =
  | "none"
  | "send"
  | "edit-last"
  | "cancel"
  | "complete"
  | "complete-next"
  | "complete-previous"
  | "complete-close";

/** The key code that browsers report while an input method handles a key. */
const PROCESSED_BY_INPUT_METHOD = 229;

/** Decides what a key means, apart from writing it. */
export function decide(press: Press, situation: Situation): Intent {
  if (press.isComposing || press.keyCode === PROCESSED_BY_INPUT_METHOD || situation.converting)
    return "none";
  if (situation.completing) {
    const completion = decideCompletion(press);
    if (completion !== "none") return completion;
  }
  if (press.key === "Enter") return sends(press, situation.sendKey) ? "send" : "none";
  if (press.key === "Escape" && situation.bound) return "cancel";
  if (press.key === "ArrowUp" && situation.empty && plain(press)) return "edit-last";
  return "none";
}

function decideCompletion(press: Press): Intent {
  if (!plain(press)) return "none";
  switch (press.key) {
    case "Enter":
    case "Tab":
      return "complete";
    case "ArrowDown":
      return "complete-next";
    case "ArrowUp":
      return "complete-previous";
    case "Escape":
      return "complete-close";
    default:
      return "none";
  }
}

function sends(press: Press, sendKey: Situation["sendKey"]): boolean {
  if (press.shiftKey || press.altKey) return false;
  const modified = press.ctrlKey || press.metaKey;
  return sendKey === "enter" || modified;
}

function plain(press: Press): boolean {
  return !press.shiftKey && !press.ctrlKey && !press.metaKey && !press.altKey;
}
