import { type Hit, userOf } from "@switchboard/client";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Avatar } from "../parts/Avatar.tsx";
import { nameIn, titleIn } from "../session/names.ts";
import { usePart } from "../session/session.ts";
import { full, listTime } from "../time/format.ts";
import { type Piece, excerpt } from "./excerpt.ts";

interface Props {
  hit: Hit;
  /** Its place is told, too. */
  everywhere: boolean;
  /** It is the one that is shown beside. */
  chosen: boolean;
  onOpen: () => void;
}

/** A message that was found, with the words marked; leads to it. */
export function HitRow({ hit, everywhere, chosen, onOpen }: Props): JSX.Element | null {
  const { message } = hit;
  const box = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (chosen) box.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const sender = message.sender ?? "";
  const user = usePart((state) => userOf(state, sender), [sender]);
  const name = usePart((state) => nameIn(state, sender), [sender]);
  const where = usePart(
    (state) => {
      const conversation = state.conversations.get(message.conversation);
      return conversation ? titleIn(state, conversation) : "";
    },
    [message.conversation],
  );
  if (message.type !== "message.created") return null;
  return (
    <li ref={box}>
      <button type="button" class="row hit" aria-current={chosen || undefined} onClick={onOpen}>
        <Avatar user={user} />
        <span class="row-words">
          <span class="row-line">
            <bdi class="row-title">
              {everywhere && where && where !== name ? `${name} · ${where}` : name}
            </bdi>
            <time class="row-time" dateTime={message.at} title={full(message.at)}>
              {listTime(message.at)}
            </time>
          </span>
          <span class="hit-text" dir="auto">
            {drawPieces(excerpt(message.text, hit.marks as readonly (readonly [number, number])[]))}
          </span>
        </span>
      </button>
    </li>
  );
}

function drawPieces(pieces: readonly Piece[]): ComponentChildren {
  return pieces.map((piece, index) =>
    piece.marked ? <mark key={index}>{piece.text}</mark> : piece.text,
  );
}
