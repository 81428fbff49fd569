const GAP = 4;
const EDGE = 8;

/** Puts a popover beside its anchor: below when there is room, else above, inside the window. */
export function place(popover: HTMLElement, anchor: HTMLElement): void {
  const from = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const below = from.bottom + GAP + height <= innerHeight - EDGE;
  const top = below ? from.bottom + GAP : Math.max(EDGE, from.top - GAP - height);
  // From the anchor towards the middle of the window.
  const wanted = from.left + from.width / 2 < innerWidth / 2 ? from.left : from.right - width;
  const left = Math.min(Math.max(EDGE, wanted), innerWidth - width - EDGE);
  popover.style.top = `${Math.min(top, innerHeight - height - EDGE)}px`;
  popover.style.left = `${left}px`;
}
