import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { IconButton } from "../parts/Button.tsx";

interface Props {
  /** Which hit is shown, from 0; -1: none yet. */
  at: number;
  count: number;
  onStep: (by: 1 | -1) => void;
}

/** From one hit to the next, with how many there are. */
export function HitSteps({ at, count, onStep }: Props): JSX.Element {
  return (
    <div class="hit-steps">
      <span class="soft">
        {at < 0
          ? t("search.results", { count })
          : t("search.at", { at: String(at + 1), count: String(count) })}
      </span>
      <IconButton
        icon="up"
        label={t("search.previous")}
        disabled={at <= 0}
        onClick={() => onStep(-1)}
      />
      <IconButton
        icon="down"
        label={t("search.next")}
        disabled={at >= count - 1}
        onClick={() => onStep(1)}
      />
    </div>
  );
}
