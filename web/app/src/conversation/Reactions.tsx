import type { MessageRow, Reaction } from "@switchboard/client";
import type { JSX } from "preact";
import { capital, number, t } from "../i18n/i18n.ts";
import { toast } from "../parts/Toast.tsx";
import { namesIn } from "../session/names.ts";
import { useClient, usePart } from "../session/session.ts";
import { errorWords } from "../session/words.ts";
import { useStage } from "./context.ts";

/** The reactions under a message; who gave them appears on hover and is read out. */
export function Reactions({ row }: { row: MessageRow }): JSX.Element {
  return (
    <div class="reactions">
      {row.reactions.map((each) => (
        <Chip key={each.emoji} row={row} reaction={each} />
      ))}
    </div>
  );
}

function Chip({ row, reaction }: { row: MessageRow; reaction: Reaction }): JSX.Element {
  const { canPost } = useStage();
  const react = useReact(row);
  const given = usePart((state) => reaction.users.includes(state.me.username), [reaction]);
  const names = usePart((state) => namesIn(state, reaction.users, reaction.count), [reaction]);
  const words = capital(t("message.reacted", { names, emoji: reaction.emoji }));
  return (
    <button
      type="button"
      class="chip"
      aria-pressed={given}
      title={words}
      disabled={!canPost}
      onClick={() => react(reaction.emoji)}
    >
      <span class="chip-emoji">{reaction.emoji}</span>
      <span class="chip-count">{number(reaction.count)}</span>
      <span class="hidden">{words}</span>
    </button>
  );
}

/** Gives a reaction or takes it back. */
export function useReact(row: MessageRow): (emoji: string) => void {
  const client = useClient();
  const { conversation } = useStage();
  return (emoji) => {
    if (row.seq === undefined) return;
    client
      .toggleReaction(conversation.id, row.seq, emoji)
      .catch((thrown: unknown) => toast(errorWords(thrown), { alert: true }));
  };
}
