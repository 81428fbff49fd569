import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "./Icon.tsx";
import { place } from "./place.ts";

export interface MenuItem {
  readonly label: string;
  readonly icon?: IconName;
  readonly danger?: boolean;
  readonly run: () => void;
}

interface Props {
  label: string;
  items: readonly MenuItem[];
  anchor: HTMLElement;
  onClose: () => void;
}

/** A menu beside what opened it; arrows go through it, Escape closes it. */
export function Menu({ label, items, anchor, onClose }: Props): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const menu = box.current;
    if (!menu) return;
    menu.showPopover();
    place(menu, anchor);
    menu.querySelector("button")?.focus();
    return () => {
      if (anchor.isConnected && menu.contains(document.activeElement)) anchor.focus();
    };
  }, [anchor]);
  const buttons = (): HTMLButtonElement[] => [...(box.current?.querySelectorAll("button") ?? [])];
  const move = (by: number): void => {
    const all = buttons();
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    all[(at + by + all.length) % all.length]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Home") buttons()[0]?.focus();
    else if (event.key === "End") buttons().at(-1)?.focus();
    else if (event.key === "Escape" || event.key === "Tab") {
      anchor.focus();
      onClose();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={box}
      class="menu"
      role="menu"
      aria-label={label}
      popover="auto"
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onToggle={(event) => {
        if (event.newState === "closed") onClose();
      }}
    >
      {items.map((item) => (
        <button
          key={item.label}
          type="button"
          role="menuitem"
          class={item.danger ? "danger" : undefined}
          onClick={() => {
            anchor.focus();
            onClose();
            item.run();
          }}
        >
          {item.icon && <Icon name={item.icon} size={16} />}
          <span>{item.label}</span>
        </button>
      ))}
    </div>
  );
}
