import { useCallback, useEffect } from "preact/hooks";
import { prefs } from "../session/prefs.ts";
import { useStage } from "./context.ts";
import type { TimelineView } from "./useTimeline.ts";

/**
 * Arrows go from message to message; `r`, `e` and `+` act on the focused one. Only one is a tab
 * stop: the newest, until one goes to another or scrolls away from the end.
 */
export function useMessageKeys(view: TimelineView): (event: KeyboardEvent) => void {
  const stage = useStage();
  const { box, rows, pinned } = view;
  useEffect(() => {
    const all = messages(box.current);
    const stop = all.find((each) => each.tabIndex === 0);
    const newest = all[all.length - 1];
    if (stop && (!pinned || box.current?.contains(document.activeElement))) return;
    stop?.setAttribute("tabindex", "-1");
    newest?.setAttribute("tabindex", "0");
  });
  return useCallback(
    (event: KeyboardEvent): void => {
      const article = event.target;
      if (!(article instanceof HTMLElement) || article.tagName !== "ARTICLE") return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const row = rows.find((each) => each.key === article.dataset.key);
      const letter = prefs.value.letters ? event.key : "";
      if (event.key === "ArrowUp" || event.key === "ArrowDown")
        moveFocus(box.current, article, event.key === "ArrowUp" ? -1 : 1);
      else if (event.key === "Home" || event.key === "End")
        moveFocus(box.current, article, event.key === "Home" ? -1e6 : 1e6);
      else if (row?.kind !== "message" || row.retracted || row.seq === undefined) return;
      else if (letter === "r" && stage.canPost) stage.reply(row);
      else if (letter === "e" && row.mine) stage.edit(row);
      else if (letter === "+" && stage.canPost)
        article.querySelector<HTMLElement>("[data-react]")?.click();
      else return;
      event.preventDefault();
    },
    [box, rows, stage],
  );
}

function messages(box: HTMLElement | null): HTMLElement[] {
  return [...(box?.querySelectorAll<HTMLElement>("article") ?? [])];
}

function moveFocus(box: HTMLElement | null, from: HTMLElement, by: number): void {
  const all = messages(box);
  const next = all[Math.min(all.length - 1, Math.max(0, all.indexOf(from) + by))];
  if (!next) return;
  for (const each of all) if (each.tabIndex === 0) each.setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}
