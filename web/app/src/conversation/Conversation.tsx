import { type Conversation as ConversationView, type MessageRow, rows } from "@switchboard/client";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Composer } from "../composer/Composer.tsx";
import { EmojiPopover, type Pick } from "../emoji/EmojiPopover.tsx";
import { Confirm } from "../parts/Confirm.tsx";
import { t } from "../i18n/i18n.ts";
import { prefs } from "../session/prefs.ts";
import { go, openAt } from "../session/route.ts";
import { useClient, usePart } from "../session/session.ts";
import { may } from "../session/may.ts";
import { Announcer } from "./Announcer.tsx";
import { Foot } from "./Foot.tsx";
import { Header } from "./Header.tsx";
import { Timeline } from "./Timeline.tsx";
import { TypingLine } from "./TypingLine.tsx";
import { Versions } from "./Versions.tsx";
import { type Stage, StageContext } from "./context.ts";
import { messageAt } from "./Quoted.tsx";

/** An open conversation: header, messages, and where to write. */
export function Conversation({
  conversation,
  target,
}: {
  conversation: ConversationView;
  target: number | null;
}): JSX.Element {
  const client = useClient();
  const { id, peer } = conversation;
  const hot = useSignal<string | null>(null);
  const pausedReading = useRef(false);
  const [replyTo, setReplyTo] = useState<MessageRow | null>(() => draftReply(client.state, id));
  const [editing, setEditing] = useState<MessageRow | null>(null);
  const [sent, setSent] = useState(0);
  const [pick, setPick] = useState<Pick | null>(null);
  const [versions, setVersions] = useState<MessageRow | null>(null);
  const [retracting, setRetracting] = useState<MessageRow | null>(null);
  const blocked = usePart(
    (state) =>
      conversation.peer !== undefined && state.contacts.get(conversation.peer)?.blocked === true,
    [conversation.peer],
  );
  const canPost = may(conversation, "post") && conversation.standing === "member" && !blocked;
  const own = prefs.value.own;
  const bubbles = own === "side" || (own === "auto" && conversation.kind === "direct");
  const stage = useMemo<Stage>(
    () => ({
      conversation,
      bubbles,
      canPost,
      hot,
      reply: (row) => {
        setEditing(null);
        setReplyTo(row);
      },
      edit: (row) => {
        setReplyTo(null);
        setEditing(row);
      },
      showAt: (seq) => openAt(id, seq),
      markUnread: () => {
        pausedReading.current = true;
        client.markUnread(id).catch(() => undefined);
        go({ conversation: null, panel: null });
      },
      pickEmoji: (anchor, chosen) => setPick({ anchor, chosen }),
      showVersions: setVersions,
      askRetract: setRetracting,
    }),
    [conversation, bubbles, canPost, hot, client, id],
  );
  // Names and pictures change without a word in the log: the other's is looked up when it is opened.
  useEffect(() => {
    if (peer !== undefined) client.command("user.get", { username: peer }).catch(() => undefined);
  }, [client, peer]);
  const onEditLast = (): void => {
    const last = rows(client.state, id).findLast(
      (row) => row.kind === "message" && row.mine && !row.retracted && row.seq !== undefined,
    );
    if (last?.kind === "message") setEditing(last);
  };
  const retract = async (row: MessageRow): Promise<void> => {
    if (row.seq !== undefined) await client.retract(id, row.seq);
  };
  return (
    <StageContext.Provider value={stage}>
      <Header conversation={conversation} />
      <Timeline
        conversation={conversation}
        target={target}
        sent={sent}
        pausedReading={pausedReading}
      />
      <TypingLine conversation={id} />
      {canPost ? (
        <Composer
          replyTo={replyTo}
          editing={editing}
          onDone={() => {
            setReplyTo(null);
            setEditing(null);
          }}
          onSent={() => setSent((count) => count + 1)}
          onEditLast={onEditLast}
        />
      ) : (
        <Foot conversation={conversation} blocked={blocked} />
      )}
      <Announcer conversation={id} />
      {pick && <EmojiPopover pick={pick} onClose={() => setPick(null)} />}
      {versions && <Versions row={versions} onClose={() => setVersions(null)} />}
      {retracting && (
        <Confirm
          title={t("message.delete.title")}
          text={t("message.delete.text")}
          confirm={t("common.delete")}
          onConfirm={() => retract(retracting)}
          onClose={() => setRetracting(null)}
        />
      )}
    </StageContext.Provider>
  );
}

function draftReply(state: Parameters<typeof messageAt>[0], id: string): MessageRow | null {
  const seq = state.drafts.get(id)?.reply_to;
  return seq === undefined ? null : (messageAt(state, id, seq) ?? null);
}
