import { type MessageRow, type State, rows } from "@switchboard/client";
import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { plainIn, useName } from "../session/names.ts";
import { usePart } from "../session/session.ts";
import { useStage } from "./context.ts";

/** The message at a place, when it is at hand. */
export function messageAt(state: State, conversation: string, seq: number): MessageRow | undefined {
  const found = rows(state, conversation).find((row) => row.seq === seq);
  return found?.kind === "message" ? found : undefined;
}

/** The message that another one answers; leads to it. */
export function Quoted({ seq }: { seq: number }): JSX.Element {
  const { conversation, showAt } = useStage();
  const original = usePart(
    (state) => messageAt(state, conversation.id, seq),
    [conversation.id, seq],
  );
  return (
    <button
      type="button"
      class="quoted"
      title={t("message.showOriginal")}
      onClick={() => showAt(seq)}
    >
      {original ? (
        <Original row={original} />
      ) : (
        <span class="quoted-text">{t("message.showOriginal")}</span>
      )}
    </button>
  );
}

function Original({ row }: { row: MessageRow }): JSX.Element {
  const name = useName(row.sender);
  const text = usePart((state) => plainIn(state, row.text, row.mentions), [row]);
  return (
    <>
      <bdi class="quoted-name">{row.mine ? t("common.you") : name}</bdi>
      <span class="quoted-text" dir="auto">
        {row.retracted ? t("message.retracted") : text}
      </span>
    </>
  );
}
