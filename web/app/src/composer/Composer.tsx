import type { MessageRow } from "@switchboard/client";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { IconButton } from "../parts/Button.tsx";
import { useStage } from "../conversation/context.ts";
import { prefs } from "../session/prefs.ts";
import { useTitle } from "../session/names.ts";
import { usePart } from "../session/session.ts";
import { Bound } from "./Bound.tsx";
import { Completions } from "./Completions.tsx";
import { type Intent, decide } from "./keys.ts";
import { useConverting } from "./useConverting.ts";
import { useMentions } from "./useMentions.ts";
import { useWriting } from "./useWriting.ts";

/** Bytes left from which on they are counted before the writer's eyes. */
const COUNT_FROM = 500;

interface Props {
  replyTo: MessageRow | null;
  editing: MessageRow | null;
  onDone: () => void;
  onSent: () => void;
  onEditLast: () => void;
}

/** Where messages are written. */
export function Composer(props: Props): JSX.Element {
  const { conversation, pickEmoji } = useStage();
  const title = useTitle(conversation);
  const field = useRef<HTMLTextAreaElement>(null);
  const writing = useWriting(field, props);
  const converting = useConverting();
  const mentions = useMentions(field, conversation, writing.text);
  const limit = usePart((state) => state.limits?.text_bytes ?? 16_384);
  const left = limit - writing.bytes;
  const bound = props.replyTo ?? props.editing;
  // Only what is answered or edited asks for the focus.
  // At once: what is typed next must not get lost.
  useLayoutEffect(() => {
    if (bound) field.current?.focus();
  }, [bound?.key]);

  const act: Record<Exclude<Intent, "none">, () => void> = {
    send: writing.submit,
    "edit-last": props.onEditLast,
    cancel: writing.cancel,
    complete: () => writing.replace(mentions.complete()),
    "complete-next": () => mentions.move(1),
    "complete-previous": () => mentions.move(-1),
    "complete-close": mentions.close,
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const situation = {
      sendKey: prefs.value.sendKey,
      converting: converting.now(),
      completing: mentions.open,
      empty: writing.text === "",
      bound: bound !== null,
    };
    const intent = decide(event, situation);
    if (intent === "none") return;
    event.preventDefault();
    event.stopPropagation();
    act[intent]();
  };
  const insert = (emoji: string): void => writing.insert(emoji);
  return (
    <form
      class="composer"
      aria-label={t("region.composer")}
      onSubmit={(event) => {
        event.preventDefault();
        writing.submit();
      }}
    >
      {bound && <Bound row={bound} editing={props.editing !== null} onCancel={writing.cancel} />}
      {mentions.open && (
        <Completions
          id={mentions.id}
          found={mentions.found}
          at={mentions.at}
          onPick={(index) => writing.replace(mentions.complete(index))}
        />
      )}
      <div class="composer-row">
        <IconButton
          icon="emoji"
          label={t("composer.emoji")}
          onClick={(event) => pickEmoji(event.currentTarget, insert)}
        />
        <textarea
          ref={field}
          id="composer"
          rows={1}
          dir="auto"
          value={writing.text}
          enterkeyhint="send"
          aria-label={t("composer.label", { name: title })}
          placeholder={t("composer.placeholder", { name: title })}
          onInput={(event) => writing.type(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onSelect={mentions.look}
          onBlur={mentions.close}
          {...converting.handlers}
          {...mentions.aria}
        />
        <IconButton
          icon="send"
          class="send"
          label={props.editing ? t("common.save") : t("composer.send")}
          disabled={!writing.ready || left < 0}
          onClick={writing.submit}
        />
      </div>
      {left < COUNT_FROM && (
        <p class={left < 0 ? "composer-count error" : "composer-count"} role="status">
          {left < 0 ? t("composer.over", { count: -left }) : t("composer.left", { count: left })}
        </p>
      )}
    </form>
  );
}
