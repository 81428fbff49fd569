import type { Conversation } from "@switchboard/client";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { ConversationSign } from "../parts/Avatar.tsx";
import { Button } from "../parts/Button.tsx";
import { Confirm } from "../parts/Confirm.tsx";
import { Icon } from "../parts/Icon.tsx";
import { useTitle } from "../session/names.ts";
import { go } from "../session/route.ts";
import { useClient } from "../session/session.ts";
import { may } from "../session/may.ts";
import { ConversationSettings } from "./ConversationSettings.tsx";
import { Members } from "./Members.tsx";
import { Mute } from "./Mute.tsx";
import { PeerProfile } from "./PeerProfile.tsx";

/** Who takes part and what is set. */
export function Details({ conversation }: { conversation: Conversation }): JSX.Element {
  if (conversation.peer !== undefined) {
    return (
      <>
        <PeerProfile username={conversation.peer} />
        <Mute conversation={conversation} />
      </>
    );
  }
  return <GroupDetails conversation={conversation} />;
}

function GroupDetails({ conversation }: { conversation: Conversation }): JSX.Element {
  const title = useTitle(conversation);
  const [setting, setSetting] = useState(false);
  return (
    <>
      <section class="profile">
        <ConversationSign
          id={conversation.id}
          title={title}
          size={72}
          icon={conversation.kind === "broadcast" ? "broadcast" : undefined}
        />
        <h3>
          <bdi>{title}</bdi>
        </h3>
        {conversation.topic && (
          <p class="profile-bio" dir="auto">
            {conversation.topic}
          </p>
        )}
        <p class="soft profile-fact">
          <Icon name={conversation.public ? "public" : "lock"} size={14} />
          {t(conversation.public ? "details.public" : "details.private")}
        </p>
        {may(conversation, "configure") && (
          <Button icon="edit" onClick={() => setSetting(true)}>
            {t("details.settings")}
          </Button>
        )}
      </section>
      <Mute conversation={conversation} />
      <Members conversation={conversation} />
      <Leave conversation={conversation} title={title} />
      {setting && (
        <ConversationSettings conversation={conversation} onClose={() => setSetting(false)} />
      )}
    </>
  );
}

function Leave({
  conversation,
  title,
}: {
  conversation: Conversation;
  title: string;
}): JSX.Element | null {
  const client = useClient();
  const [asking, setAsking] = useState(false);
  if (conversation.standing !== "member") return null;
  if (conversation.role === "owner" && !may(conversation, "leave"))
    return <p class="hint panel-section">{t("details.leave.owner")}</p>;
  const leave = async (): Promise<void> => {
    await client.command("conversation.leave", { conversation: conversation.id });
    go({ conversation: null, panel: null });
  };
  return (
    <section class="panel-section">
      <Button kind="danger" icon="signOut" onClick={() => setAsking(true)}>
        {t("details.leave")}
      </Button>
      {asking && (
        <Confirm
          title={t("details.leave.title", { name: title })}
          text={t("details.leave.text")}
          confirm={t("details.leave")}
          onConfirm={leave}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}
