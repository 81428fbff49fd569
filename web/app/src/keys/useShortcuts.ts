import { type Conversation, conversationList } from "@switchboard/client";
import { useEffect } from "preact/hooks";
import { go, openAt, route } from "../session/route.ts";
import { useClient } from "../session/session.ts";

const REGIONS = ["sidebar", "messages", "panel"] as const;

/** Keys that work everywhere on the page. */
export function useShortcuts(): void {
  const client = useClient();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      if (act(event, () => conversationList(client.state))) event.preventDefault();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [client]);
}

function act(event: KeyboardEvent, conversations: () => readonly Conversation[]): boolean {
  const control = (event.ctrlKey || event.metaKey) && !event.altKey;
  const { key } = event;
  if (control && !event.shiftKey && key.toLowerCase() === "k")
    go({ over: "switcher", section: null });
  else if (control && (key === "/" || key === "?")) go({ over: "help", section: null });
  else if (event.altKey && !control && (key === "ArrowUp" || key === "ArrowDown")) {
    step(conversations(), key === "ArrowUp" ? -1 : 1, event.shiftKey);
  } else if (key === "F6") nextRegion(event.shiftKey ? -1 : 1);
  else if (key === "Escape") return back();
  else return false;
  return true;
}

/** The conversation above or below the open one; the next unread one goes round the list. */
function step(all: readonly Conversation[], by: number, unread: boolean): void {
  const at = all.findIndex((each) => each.id === route.value.conversation);
  for (let turn = 1; turn <= all.length; turn++) {
    const start = at < 0 ? (by > 0 ? -1 : all.length) : at;
    const index = start + by * turn;
    const next = unread ? all[(index + all.length * 2) % all.length] : all[index];
    if (!next) return;
    if (unread && next.unread === 0 && !next.marked_unread) continue;
    openAt(next.id);
    return;
  }
}

function nextRegion(by: number): void {
  const present = REGIONS.map((name) =>
    document.querySelector<HTMLElement>(`[data-region=${name}]`),
  ).filter((each) => each !== null);
  const composer = document.getElementById("composer");
  const stops = composer ? [...present.slice(0, 2), composer, ...present.slice(2)] : present;
  const now = document.activeElement;
  const at =
    now === composer
      ? stops.indexOf(composer as HTMLElement)
      : stops.findIndex((each) => each.contains(now));
  const next = stops[(at + by + stops.length) % stops.length];
  const message = next?.querySelector<HTMLElement>('article[tabindex="0"]');
  (message ?? next)?.focus();
}

/** Escape closes the panel, else it leads from the messages to the field. */
function back(): boolean {
  if (document.querySelector("dialog[open], [popover]:popover-open")) return false;
  const composer = document.getElementById("composer");
  if (route.value.panel) go({ panel: null });
  else if (composer && document.activeElement !== composer) composer.focus();
  else return false;
  return true;
}
