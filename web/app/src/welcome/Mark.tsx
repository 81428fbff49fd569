import type { JSX } from "preact";

/** Four jacks of a switchboard, two of them connected by a cord. */
export function Mark({ size }: { size: number }): JSX.Element {
  return (
    <svg class="mark" width={size} height={size} viewBox="0 0 64 64" aria-hidden="true">
      <rect class="mark-ground" width="64" height="64" rx="15" />
      <path
        class="mark-cord"
        d="M20 44C20 24 44 40 44 20"
        fill="none"
        stroke-width="6"
        stroke-linecap="round"
      />
      <g class="mark-jack mark-ground" stroke-width="4.5">
        <circle cx="20" cy="44" r="7.25" />
        <circle cx="44" cy="20" r="7.25" />
      </g>
      <g class="mark-jack mark-free" fill="none" stroke-width="3.5">
        <circle cx="20" cy="20" r="5.25" />
        <circle cx="44" cy="44" r="5.25" />
      </g>
    </svg>
  );
}
