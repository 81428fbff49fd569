import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";

/** What is shorter than this is not worth a flicker. */
const PATIENCE_MS = 150;

/** True once `waiting` has lasted long enough to be shown. */
export function useLate(waiting: boolean): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!waiting) {
      setLate(false);
      return;
    }
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [waiting]);
  return waiting && late;
}

/** Grey shapes in the place of what is on its way. */
export function Skeleton({
  rows,
  kind,
}: {
  rows: number;
  kind: "list" | "messages";
}): JSX.Element | null {
  const late = useLate(true);
  if (!late) return null;
  return (
    <div class={`skeleton skeleton-${kind}`} role="status" aria-label={t("common.loading")}>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} class="skeleton-row">
          <span class="skeleton-round" />
          <span class="skeleton-lines">
            <span />
            <span style={{ inlineSize: `${40 + ((row * 37) % 45)}%` }} />
          </span>
        </div>
      ))}
    </div>
  );
}
