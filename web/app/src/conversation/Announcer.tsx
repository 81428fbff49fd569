import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { nameIn, plainIn } from "../session/names.ts";
import { useClient } from "../session/session.ts";

const BATCH_MS = 1000;

/** Reads new messages of the open conversation to screen readers: one with its text, several as a number. */
export function Announcer({ conversation }: { conversation: string }): JSX.Element {
  const client = useClient();
  const [words, setWords] = useState("");
  const waiting = useRef<string[]>([]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = (): void => {
      const [first, ...others] = waiting.current;
      if (first !== undefined)
        setWords(
          others.length === 0
            ? first
            : t("conversation.announce.many", { count: others.length + 1 }),
        );
      waiting.current = [];
      timer = undefined;
    };
    const stop = client.on("message.created", (event) => {
      if (
        event.conversation !== conversation ||
        event.sender === undefined ||
        event.sender === client.state.me.username
      )
        return;
      waiting.current.push(
        t("conversation.announce", {
          name: nameIn(client.state, event.sender),
          text: plainIn(client.state, event.text, event.mentions),
        }),
      );
      timer ??= setTimeout(tell, BATCH_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [client, conversation]);
  return (
    <div class="hidden" aria-live="polite">
      {words}
    </div>
  );
}
