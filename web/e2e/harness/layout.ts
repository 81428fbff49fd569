// What no screen may do, at any width.

import type { Page } from "playwright-core";

/** Everything that is wider than the window, cut off without a sign, or lies on the composer. */
export function misplaced(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const name = (element: Element): string => {
      const words = (element.textContent ?? "").trim().slice(0, 40);
      return `<${element.localName} class="${element.getAttribute("class") ?? ""}"> ${words}`;
    };
    const visible = (element: Element): boolean =>
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width)
      faults.push(`the page scrolls sideways: ${document.documentElement.scrollWidth} > ${width}`);
    // What an ancestor within the window scrolls, or shortens with a sign, does not reach out of it.
    const contained = (element: Element): boolean => {
      for (let at = element.parentElement; at; at = at.parentElement) {
        const box = at.getBoundingClientRect();
        const inside = box.right <= width + 1 && box.left >= -1;
        const { overflowX, textOverflow } = getComputedStyle(at);
        const tells = textOverflow === "ellipsis" || ["auto", "scroll"].includes(overflowX);
        if (inside && tells && overflowX !== "visible") return true;
      }
      return false;
    };
    for (const element of document.querySelectorAll("body *")) {
      if (
        !visible(element) ||
        element.closest("svg") !== null ||
        element.closest(".hidden, .skip") !== null
      )
        continue;
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.height === 0) continue;
      const outside = box.right > width + 1 || box.left < -1;
      if (outside && !contained(element) && getComputedStyle(element).position !== "fixed")
        faults.push(
          `reaches out of the window: ${name(element)} ${Math.round(box.left)}..${Math.round(box.right)}`,
        );
      const control = element.matches("button, a, label, legend, h1, h2, h3, p, th, td");
      const style = getComputedStyle(element);
      const clipped =
        element.scrollWidth > element.clientWidth + 1 &&
        style.overflowX !== "visible" &&
        style.textOverflow !== "ellipsis" &&
        !["auto", "scroll"].includes(style.overflowX);
      if (control && clipped && element.clientWidth > 1)
        faults.push(
          `words are cut off: ${name(element)} ${element.scrollWidth} > ${element.clientWidth}`,
        );
    }
    const composer = document.querySelector(".composer");
    if (
      composer &&
      !document.querySelector("dialog[open], [popover]:popover-open") &&
      visible(composer)
    ) {
      const box = composer.getBoundingClientRect();
      for (const [x, y] of [
        [0.1, 0.5],
        [0.5, 0.5],
        [0.9, 0.5],
      ] as const) {
        const hit = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
        const veiled = hit?.closest(".panel, .panel-veil");
        if (hit && !composer.contains(hit) && !veiled)
          faults.push(`lies on the composer: ${name(hit)}`);
      }
      if (box.bottom > innerHeight + 1) faults.push("the composer is below the window");
    }
    return faults;
  });
}
