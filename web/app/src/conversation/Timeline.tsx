import type { Conversation } from "@switchboard/client";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Skeleton } from "../parts/Skeleton.tsx";
import { dayLabel } from "../time/format.ts";
import { useTitle } from "../session/names.ts";
import { EmptyConversation } from "./EmptyConversation.tsx";
import { Message } from "./Message.tsx";
import { Note } from "./Note.tsx";
import { ToEnd } from "./ToEnd.tsx";
import { useStage } from "./context.ts";
import { arrange, worthShowing } from "./rows.ts";
import { useMessageKeys } from "./useMessageKeys.ts";
import { useReading } from "./useReading.ts";
import { useTimeline } from "./useTimeline.ts";

interface Props {
  conversation: Conversation;
  target: number | null;
  /** Counts own messages: each one brings the end into view. */
  sent: number;
  pausedReading: { current: boolean };
}

/** The messages of a conversation: a window of rows, days, the divider, and ways to the end. */
export function Timeline({ conversation, target, sent, pausedReading }: Props): JSX.Element {
  const divider = useRef(conversation.unread > 0 ? conversation.read : null);
  const view = useTimeline(conversation, target, divider.current);
  const rows = useMemo(
    () => worthShowing(view.rows, conversation.kind),
    [view.rows, conversation.kind],
  );
  const days = useMemo(() => arrange(rows, divider.current), [rows]);
  const { bubbles } = useStage();
  const onKeyDown = useMessageKeys(view);
  useReading(view.box, conversation, pausedReading);
  const { toEnd } = view;
  useEffect(() => {
    if (sent > 0) toEnd();
  }, [sent, toEnd]);
  const title = useTitle(conversation);
  const latest = view.rows[view.rows.length - 1]?.key;
  const label = conversation.kind === "direct" ? "conversation.label" : "conversation.label.group";
  const empty = view.opened && rows.every((row) => row.kind === "note") && view.atStart;
  return (
    <div class="timeline-frame">
      <div
        ref={view.box}
        class="timeline"
        role="log"
        aria-live="off"
        aria-label={t(label, { name: title })}
        id="messages"
        tabIndex={-1}
        onScroll={view.onScroll}
        onKeyDown={onKeyDown}
      >
        <div ref={view.content} class="timeline-content" data-bubbles={bubbles}>
          {view.rows.length === 0 && !view.opened && <Skeleton rows={7} kind="messages" />}
          {empty && <EmptyConversation conversation={conversation} />}
          {days.map((day) => (
            <div key={day.key} class="day">
              <div class="day-pill">
                <span>{dayLabel(day.at)}</span>
              </div>
              {day.drawn.map((drawn) =>
                drawn.kind === "message" ? (
                  <Message
                    key={drawn.key}
                    row={drawn.row}
                    first={drawn.first}
                    last={drawn.last}
                    latest={drawn.key === latest}
                  />
                ) : drawn.kind === "note" ? (
                  <Note key={drawn.key} row={drawn.row} />
                ) : (
                  <p key="unread" class="divider" data-key="unread">
                    {t("conversation.unread")}
                  </p>
                ),
              )}
            </div>
          ))}
        </div>
      </div>
      {(!view.pinned || !view.ended) && view.rows.length > 0 && (
        <ToEnd unread={conversation.unread} onClick={view.toEnd} />
      )}
    </div>
  );
}
