import type { MessageRow } from "@switchboard/client";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useStage } from "../conversation/context.ts";
import { toast } from "../parts/Toast.tsx";
import { useClient } from "../session/session.ts";
import { errorWords } from "../session/words.ts";

/** A text in place of another, and where the caret goes. */
export interface Replacement {
  readonly text: string;
  readonly caret: number;
}

interface Options {
  replyTo: MessageRow | null;
  editing: MessageRow | null;
  onDone: () => void;
  onSent: () => void;
}

interface Writing {
  readonly text: string;
  readonly bytes: number;
  readonly ready: boolean;
  readonly type: (text: string) => void;
  readonly insert: (piece: string) => void;
  readonly replace: (by: Replacement | null) => void;
  readonly submit: () => void;
  readonly cancel: () => void;
}

const UTF8 = new TextEncoder();

/** The text being written: kept as a draft, told as typing, sent or saved at the end. */
export function useWriting(
  field: { current: HTMLTextAreaElement | null },
  options: Options,
): Writing {
  const client = useClient();
  const { conversation } = useStage();
  const { id } = conversation;
  const { replyTo, editing, onDone, onSent } = options;
  const [draft, setDraft] = useState(() => client.state.drafts.get(id)?.text ?? "");
  const [change, setChange] = useState("");
  const caret = useRef<number | null>(null);
  const text = editing ? change : draft;
  useEffect(() => setChange(editing?.text ?? ""), [editing]);
  useLayoutEffect(() => {
    grow(field.current);
    if (caret.current !== null) field.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  }, [text, field]);
  // A reply begun is part of the draft. Going away keeps it; the server is told that writing stopped.
  // The text is kept as it is typed.
  useEffect(() => {
    if (!editing)
      client.setDraft(id, draft || replyTo ? { text: draft, reply_to: replyTo?.seq } : undefined);
  }, [replyTo?.seq]);
  useEffect(() => () => client.typing(id, false), [client, id]);

  const type = (next: string): void => {
    if (editing) {
      setChange(next);
      return;
    }
    setDraft(next);
    client.setDraft(id, next ? { text: next, reply_to: replyTo?.seq } : undefined);
    client.typing(id, next !== "");
  };
  const replace = (by: Replacement | null): void => {
    if (!by) return;
    caret.current = by.caret;
    type(by.text);
    field.current?.focus();
  };
  const insert = (piece: string): void => {
    const start = field.current?.selectionStart ?? text.length;
    const end = field.current?.selectionEnd ?? start;
    replace({ text: text.slice(0, start) + piece + text.slice(end), caret: start + piece.length });
  };
  const cancel = (): void => {
    onDone();
    field.current?.focus();
  };
  const submit = (): void => {
    const words = text.trim();
    if (words === "") return;
    if (editing?.seq !== undefined) {
      if (words !== editing.text)
        client
          .edit(id, editing.seq, words)
          .catch((thrown: unknown) => toast(errorWords(thrown), { alert: true }));
      onDone();
      return;
    }
    client.send({ conversation: id, text: words, reply_to: replyTo?.seq });
    type("");
    onDone();
    onSent();
  };
  const bytes = UTF8.encode(text).length;
  return { text, bytes, ready: text.trim() !== "", type, insert, replace, submit, cancel };
}

/** As high as the text, between one and eight lines; the limits are in the style sheet. */
function grow(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.blockSize = "auto";
  field.style.blockSize = `${field.scrollHeight}px`;
}
