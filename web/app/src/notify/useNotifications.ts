import { type MessageCreatedEvent, type State, totalUnread } from "@switchboard/client";
import { useEffect } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { nameIn, plainIn, titleIn } from "../session/names.ts";
import { prefs } from "../session/prefs.ts";
import { formatRoute, openAt, route } from "../session/route.ts";
import { useClient, usePart } from "../session/session.ts";
import { playTone } from "./tone.ts";

/** Puts the number of unread messages into the page's title, and tells of new ones. */
export function useNotifications(): void {
  const client = useClient();
  const unread = usePart((state) => totalUnread(state, Date.now()));
  const open = usePart((state) => {
    const conversation = state.conversations.get(route.value.conversation ?? "");
    return conversation ? titleIn(state, conversation) : "";
  });
  useEffect(() => {
    const name = open ? `${open} · ${t("app.name")}` : t("app.name");
    document.title = unread > 0 ? `(${unread}) ${name}` : name;
  }, [unread, open]);
  useEffect(
    () =>
      client.on("message.created", (event) => {
        const { state } = client;
        if (!concerns(state, event, Date.now())) return;
        if (prefs.value.sound) playTone();
        show(state, event);
      }),
    [client],
  );
}

/** Not one's own, not muted (but for mentions), and not before one's eyes. */
function concerns(state: State, event: MessageCreatedEvent, now: number): boolean {
  const conversation = state.conversations.get(event.conversation);
  if (!conversation || event.sender === state.me.username || event.seq <= conversation.read)
    return false;
  const muted =
    conversation.muted_until !== undefined && Date.parse(conversation.muted_until) > now;
  if (muted && !event.mentions?.includes(state.me.username)) return false;
  return !document.hasFocus() || route.value.conversation !== event.conversation;
}

function show(state: State, event: MessageCreatedEvent): void {
  const conversation = state.conversations.get(event.conversation);
  const { notify, notifyText } = prefs.value;
  if (
    !conversation ||
    !notify ||
    document.hasFocus() ||
    !("Notification" in window) ||
    Notification.permission !== "granted"
  )
    return;
  const name = event.sender === undefined ? "" : nameIn(state, event.sender);
  const title = conversation.kind === "direct" ? name : titleIn(state, conversation);
  const text = notifyText ? plainIn(state, event.text, event.mentions) : t("notify.hidden");
  const body = conversation.kind === "direct" ? text : t("sidebar.preview.from", { name, text });
  const hash = formatRoute({
    conversation: event.conversation,
    at: event.seq,
    panel: null,
    over: null,
    section: null,
  });
  const options = { body, tag: event.conversation, icon: "/icon-192.png", data: { hash } };
  navigator.serviceWorker
    ?.getRegistration()
    .then((registration) => {
      if (registration) return registration.showNotification(title, options);
      const notification = new Notification(title, options);
      notification.onclick = () => {
        window.focus();
        openAt(event.conversation, event.seq);
        notification.close();
      };
      return undefined;
    })
    .catch(() => undefined);
}
