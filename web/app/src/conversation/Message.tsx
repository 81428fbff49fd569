import { type MessageRow, receipt } from "@switchboard/client";
import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { memo } from "./memo.ts";
import { t } from "../i18n/i18n.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { useName } from "../session/names.ts";
import { usePart } from "../session/session.ts";
import { Body } from "../text/Body.tsx";
import { clock, full } from "../time/format.ts";
import { Actions } from "./Actions.tsx";
import { Quoted } from "./Quoted.tsx";
import { Reactions } from "./Reactions.tsx";
import { NotSent, Tick } from "./Status.tsx";
import { useStage } from "./context.ts";
import { useLabel } from "./useLabel.ts";
import { useLongPress } from "./useLongPress.ts";

interface Props {
  row: MessageRow;
  first: boolean;
  last: boolean;
  /** The newest of all: its status is told in words. */
  latest: boolean;
}

/** One message. Drawn again only when it itself has changed. */
export const Message = memo(function Message({ row, first, last, latest }: Props): JSX.Element {
  const { bubbles, hot, conversation } = useStage();
  const user = usePart((state) => state.users.get(row.sender), [row.sender]);
  const name = useName(row.sender);
  const isHot = useComputed(() => hot.value === row.key).value;
  const label = useLabel(row, name);
  const press = useLongPress(() => {
    hot.value = row.key;
  });
  const mine = row.mine && bubbles;
  const showName = first && !mine && (!bubbles || conversation.kind !== "direct");
  const classes = [
    "message",
    mine && "message-mine",
    first && "message-first",
    last && "message-last",
    latest && "message-latest",
    row.pending && "message-pending",
  ];
  return (
    <article
      // biome-ignore lint/a11y/noRedundantRoles: tests and user styles find messages by it.
      role="article"
      class={classes.filter(Boolean).join(" ")}
      tabIndex={-1}
      aria-label={label}
      data-key={row.key}
      data-seq={row.mine ? undefined : row.seq}
      onPointerEnter={(event) => {
        if (event.pointerType === "mouse") hot.value = row.key;
      }}
      onPointerLeave={(event) => {
        if (event.pointerType === "mouse" && hot.value === row.key) hot.value = null;
      }}
      onFocusIn={() => {
        hot.value = row.key;
      }}
      {...press}
    >
      {first && !bubbles && <Avatar user={user ?? { username: row.sender, name }} />}
      <div class="message-main">
        {showName && (
          <div class="message-head">
            <bdi class="message-name">{name}</bdi>
            <Time row={row} />
            {row.mine && !row.retracted && <OwnTick row={row} />}
          </div>
        )}
        <div class="message-line">
          <div class="bubble">
            {row.reply_to !== undefined && !row.retracted && <Quoted seq={row.reply_to} />}
            {row.retracted ? (
              <p class="message-retracted">
                {t(row.mine ? "message.retracted.you" : "message.retracted")}
              </p>
            ) : (
              <Body text={row.text} mentions={row.mentions} />
            )}
            {row.edited !== undefined && !row.retracted && <EditedMark row={row} />}
          </div>
          {!showName && (
            <span class="message-meta">
              <Time row={row} />
              {row.mine && !row.retracted && <OwnTick row={row} />}
            </span>
          )}
        </div>
        {row.reactions.length > 0 && <Reactions row={row} />}
        {row.pending?.status === "failed" && <NotSent row={row} />}
      </div>
      {isHot && !row.pending && !row.retracted && row.seq !== undefined && (
        <Actions row={row} seq={row.seq} />
      )}
    </article>
  );
});

function Time({ row }: { row: MessageRow }): JSX.Element {
  return (
    <time class="message-time" dateTime={row.at} title={full(row.at)}>
      {clock(row.at)}
    </time>
  );
}

function OwnTick({ row }: { row: MessageRow }): JSX.Element {
  const { conversation } = useStage();
  const now = usePart((state) => receipt(state, conversation.id, row), [conversation.id, row]);
  return <Tick receipt={now} direct={conversation.kind === "direct"} />;
}

function EditedMark({ row }: { row: MessageRow }): JSX.Element {
  const { showVersions } = useStage();
  return (
    <button
      type="button"
      class="edited"
      title={t("message.edited.show")}
      onClick={() => showVersions(row)}
    >
      {t("message.edited")}
    </button>
  );
}
