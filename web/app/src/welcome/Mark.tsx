import type { JSX } from 'preact';

/** Two jacks and the cord between them. */
export function Mark({ size }: { size: number }): JSX.Element {
  return (
    <svg class="mark" width={size} height={size} viewBox="0 0 64 64" aria-hidden="true">
      <rect class="mark-ground" width="64" height="64" rx="15" />
      <g fill="none" stroke-width="4">
        <circle class="mark-jack" cx="20" cy="21" r="7.5" />
        <circle class="mark-jack" cx="44" cy="21" r="7.5" />
        <path class="mark-cord" d="M20 21v12c0 20 24 20 24 0V21" stroke-width="5" stroke-linecap="round" />
      </g>
      <circle class="mark-plug" cx="20" cy="21" r="3.2" />
      <circle class="mark-plug" cx="44" cy="21" r="3.2" />
    </svg>
  );
}
