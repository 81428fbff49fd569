import type { Signal } from "@preact/signals";
import type { Conversation, MessageRow } from "@switchboard/client";
import { createContext } from "preact";
import { useContext } from "preact/hooks";

/** What the parts of an open conversation tell each other. */
export interface Stage {
  readonly conversation: Conversation;
  /** Own messages stand on the other side, in bubbles. */
  readonly bubbles: boolean;
  readonly canPost: boolean;
  /** The message whose actions are shown. */
  readonly hot: Signal<string | null>;
  readonly reply: (row: MessageRow) => void;
  readonly edit: (row: MessageRow) => void;
  readonly showAt: (seq: number) => void;
  readonly markUnread: () => void;
  readonly pickEmoji: (anchor: HTMLElement, chosen: (emoji: string) => void) => void;
  readonly showVersions: (row: MessageRow) => void;
  readonly askRetract: (row: MessageRow) => void;
}

export const StageContext = createContext<Stage | null>(null);

/** The open conversation above this component. */
export function useStage(): Stage {
  const stage = useContext(StageContext);
  if (!stage) throw new Error("no conversation above this component");
  return stage;
}
