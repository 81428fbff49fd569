/** This near to the end counts as being there. */
const NEAR_END = 48;

interface Anchor {
  readonly key: string;
  /** Where its upper edge was, below the upper edge of the box. */
  readonly top: number;
}

/**
 * Keeps what is read in its place while things above, below or around it change. Browsers' own
 * anchoring is off (`overflow-anchor: none`): it loses the anchor when rows are added at the top.
 */
export class Scroller {
  /** The end is in view and stays in view. */
  pinned = true;
  private anchor: Anchor | null = null;
  private height = 0;
  private extent = 0;

  constructor(readonly box: HTMLElement) {}

  /** Call on every scroll event. */
  scrolled(): void {
    // What changed since the last frame was not the reader's doing: undo it first.
    if (this.box.scrollHeight !== this.extent || this.box.clientHeight !== this.height)
      this.restore();
    else this.remember();
  }

  /** Notes which row is at the top, and whether the end is in view. */
  remember(): void {
    const { box } = this;
    this.note();
    this.pinned = box.scrollHeight - box.scrollTop - box.clientHeight <= NEAR_END;
    const top = box.getBoundingClientRect().top;
    const rows = box.querySelectorAll<HTMLElement>("[data-key]");
    let low = 0;
    let high = rows.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((rows[middle]?.getBoundingClientRect().bottom ?? 0) > top) high = middle;
      else low = middle + 1;
    }
    const row = rows[low];
    const key = row?.dataset.key;
    this.anchor = row && key ? { key, top: row.getBoundingClientRect().top - top } : null;
  }

  /** Call after every change: puts the noted row back where it was, to the pixel. */
  restore(): void {
    const { box, anchor } = this;
    if (this.pinned) box.scrollTop = box.scrollHeight;
    else if (anchor) {
      const row = this.find(anchor.key);
      const drift = row ? this.offset(row) - anchor.top : 0;
      if (Math.abs(drift) >= 0.5) box.scrollTop += drift;
    }
    this.note();
  }

  /** Shows the newest row. */
  toEnd(): void {
    this.pinned = true;
    this.restore();
    this.remember();
  }

  /** Shows a row, its upper edge a part of the box's height below the box's. */
  toRow(key: string, part: number): boolean {
    const row = this.find(key);
    if (!row) return false;
    const free = Math.max(0, this.box.clientHeight - row.offsetHeight);
    this.box.scrollTop += this.offset(row) - Math.min(free, this.box.clientHeight * part);
    this.remember();
    return true;
  }

  find(key: string): HTMLElement | null {
    return this.box.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  }

  private offset(row: HTMLElement): number {
    return row.getBoundingClientRect().top - this.box.getBoundingClientRect().top;
  }

  private note(): void {
    this.height = this.box.clientHeight;
    this.extent = this.box.scrollHeight;
  }
}
