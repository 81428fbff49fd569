import type { NotificationThread, State } from "@switchboard/client";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Button } from "../parts/Button.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Skeleton } from "../parts/Skeleton.tsx";
import { useAction } from "../parts/useAsked.ts";
import { namesIn, plainIn, titleIn } from "../session/names.ts";
import { go, openAt } from "../session/route.ts";
import { useClient, usePart } from "../session/session.ts";
import { full, listTime } from "../time/format.ts";

/** The feed, grouped in threads. */
export function Notifications(): JSX.Element {
  const client = useClient();
  const feed = usePart((state) => state.notifications);
  const { busy, error, run } = useAction();
  // Asked for once; it is followed live then, until too much of it was missed.
  useEffect(() => {
    if (!feed.loaded) void run(() => client.loadNotifications());
  }, [client, feed.loaded]);
  const empty = feed.threads.length === 0;
  return (
    <>
      {feed.unseen > 0 && (
        <div class="panel-section">
          <Button icon="checks" onClick={() => void run(() => client.seeNotifications())}>
            {t("notifications.seeAll")}
          </Button>
        </div>
      )}
      {error && (
        <p class="error panel-section" role="alert">
          {error}
        </p>
      )}
      {busy && empty && <Skeleton rows={5} kind="list" />}
      {!busy && empty && !error && (
        <Empty icon="bell" title={t("notifications.none")} hint={t("notifications.none.hint")} />
      )}
      <ul class="hits">
        {feed.threads.map((thread) => (
          <Thread key={thread.id} thread={thread} />
        ))}
      </ul>
      {feed.cursor && (
        <div class="panel-section">
          <Button
            busy={busy}
            onClick={() => void run(() => client.loadNotifications({ more: true }))}
          >
            {t("common.loadMore")}
          </Button>
        </div>
      )}
    </>
  );
}

function Thread({ thread }: { thread: NotificationThread }): JSX.Element {
  const client = useClient();
  const actor = thread.actors[0] ?? "";
  const user = usePart(
    (state) => state.users.get(actor) ?? { username: actor, name: actor },
    [actor],
  );
  const words = usePart((state) => threadWords(state, thread), [thread]);
  const excerpt = usePart((state) => plainIn(state, thread.excerpt ?? ""), [thread]);
  const open = (): void => {
    if (thread.unseen > 0) void client.seeNotifications([thread.id]).catch(() => undefined);
    if (thread.kind === "contact_request") go({ over: "people", section: "contacts" });
    else if (thread.conversation !== undefined) openAt(thread.conversation, thread.message ?? null);
  };
  return (
    <li>
      <button
        type="button"
        class={thread.unseen > 0 ? "row hit row-unread" : "row hit"}
        onClick={open}
      >
        <Avatar user={user} />
        <span class="row-words">
          <span class="thread-words">{words}</span>
          {excerpt && thread.kind !== "reaction" && (
            <span class="hit-text" dir="auto">
              {excerpt}
            </span>
          )}
          <time class="thread-time" dateTime={thread.at} title={full(thread.at)}>
            {listTime(thread.at)}
          </time>
        </span>
        {thread.unseen > 0 && (
          <span class="badge badge-dot">
            <span class="hidden">{t("notifications.unseen")}</span>
          </span>
        )}
      </button>
    </li>
  );
}

function threadWords(state: State, thread: NotificationThread): string {
  const names = namesIn(state, thread.actors, Math.min(thread.count, thread.actors.length));
  const place = state.conversations.get(thread.conversation ?? "");
  const conversation = place ? titleIn(state, place) : "";
  const values = { names, conversation, count: thread.count, emoji: thread.excerpt ?? "" };
  if (thread.kind === "mention" && place && place.kind !== "direct")
    return t("notifications.mention.in", values);
  return t(`notifications.${thread.kind}`, values);
}
