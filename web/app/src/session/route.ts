import { computed, signal } from "@preact/signals";

/** What stands beside the conversation. */
export type PanelName = "details" | "search" | "notifications";
/** What lies over the page. */
export type OverName = "people" | "switcher" | "settings" | "help";

/** Where the reader is; all of it is in the address, so that back and links work. */
export interface Route {
  readonly conversation: string | null;
  /** A message to show. */
  readonly at: number | null;
  readonly panel: PanelName | null;
  readonly over: OverName | null;
  /** A part of what lies over the page: a section of the settings, a tab. */
  readonly section: string | null;
}

const PANELS: readonly string[] = ["details", "search", "notifications"];
const OVERS: readonly string[] = ["people", "switcher", "settings", "help"];

/** Where the reader is now. */
export const route = signal<Route>(parseRoute(location.hash));
/** The open conversation's id. */
export const openConversation = computed(() => route.value.conversation);

/** Goes somewhere: what is not named stays, except for a message to show. */
export function go(change: Partial<Route>, how: "push" | "replace" = "push"): void {
  const next: Route = { ...route.value, at: null, ...change };
  const hash = formatRoute(next);
  if (hash !== (location.hash || "#/"))
    history[how === "push" ? "pushState" : "replaceState"](null, "", hash);
  route.value = next;
}

/** Opens a conversation, perhaps at a message, and closes what lay over the page. */
export function openAt(conversation: string, at: number | null = null): void {
  if (conversation === route.value.conversation) openBeside(conversation, at);
  else go({ conversation, at, over: null, section: null, panel: null });
}

/** The same, but what stands beside stays where there is room for both. */
export function openBeside(conversation: string, at: number | null): void {
  const panel = matchMedia("(min-width: 1024px)").matches ? route.value.panel : null;
  go({ conversation, at, over: null, section: null, panel });
}

/** Shows or hides what stands beside the conversation. */
export function togglePanel(panel: PanelName): void {
  go({ panel: route.value.panel === panel ? null : panel });
}

/** Closes what lies over the page. */
export function closeOver(): void {
  go({ over: null, section: null });
}

/** Follows the browser's back and forward. */
export function followHistory(): void {
  addEventListener("popstate", () => {
    route.value = parseRoute(location.hash);
  });
}

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const words = new URLSearchParams(query);
  const [kind, id, at] = path.split("/");
  const panel = words.get("panel") ?? "";
  const [over = "", section = null] = (words.get("over") ?? "").split(".");
  return {
    conversation: kind === "c" && id ? decodeURIComponent(id) : null,
    at: kind === "c" && at && /^\d{1,15}$/.test(at) ? Number(at) : null,
    panel: PANELS.includes(panel) ? (panel as PanelName) : null,
    over: OVERS.includes(over) ? (over as OverName) : null,
    section,
  };
}

export function formatRoute(where: Route): string {
  const words = new URLSearchParams();
  if (where.panel) words.set("panel", where.panel);
  if (where.over) words.set("over", where.section ? `${where.over}.${where.section}` : where.over);
  const at = where.at === null ? "" : `/${where.at}`;
  const path =
    where.conversation === null ? "" : `c/${encodeURIComponent(where.conversation)}${at}`;
  const query = words.toString();
  return `#/${path}${query ? `?${query}` : ""}`;
}
