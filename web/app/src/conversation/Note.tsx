import type { NoteRow } from "@switchboard/client";
import type { JSX } from "preact";
import { usePart } from "../session/session.ts";
import { clock, full } from "../time/format.ts";
import { noteWords } from "./note-words.ts";

/** A sentence about what else happened. */
export function Note({ row }: { row: NoteRow }): JSX.Element | null {
  const words = usePart((state) => noteWords(state, row.event), [row]);
  if (!words) return null;
  return (
    <p class="note" data-key={row.key}>
      <span>{words}</span>{" "}
      <time dateTime={row.at} title={full(row.at)}>
        {clock(row.at)}
      </time>
    </p>
  );
}
