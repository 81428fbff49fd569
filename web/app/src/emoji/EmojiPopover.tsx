import type { ComponentType, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { language } from "../i18n/i18n.ts";
import { place } from "../parts/place.ts";
import { Skeleton } from "../parts/Skeleton.tsx";
import { noteEmoji } from "./recent.ts";

/** What asked for an emoji, and what to do with it. */
export interface Pick {
  readonly anchor: HTMLElement;
  readonly chosen: (emoji: string) => void;
}

type Picker = ComponentType<{ language: string; onPick: (emoji: string) => void }>;

/** The place where the picker appears; the picker itself is loaded when it is first wanted. */
export function EmojiPopover({ pick, onClose }: { pick: Pick; onClose: () => void }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [Loaded, setLoaded] = useState<Picker | null>(null);
  useEffect(() => {
    let wanted = true;
    void import("./Picker.tsx").then((module) => wanted && setLoaded(() => module.Picker));
    return () => {
      wanted = false;
    };
  }, []);
  useEffect(() => {
    const popover = box.current;
    if (!popover) return;
    popover.showPopover();
    place(popover, pick.anchor);
  }, [pick]);
  const choose = (emoji: string): void => {
    noteEmoji(emoji);
    if (pick.anchor.isConnected) pick.anchor.focus();
    onClose();
    pick.chosen(emoji);
  };
  return (
    <div
      ref={box}
      class="emoji-popover"
      popover="auto"
      onToggle={(event) => {
        if (event.newState === "closed") onClose();
      }}
    >
      {Loaded ? (
        <Loaded language={language.value} onPick={choose} />
      ) : (
        <Skeleton rows={4} kind="list" />
      )}
    </div>
  );
}
