import { typingIn } from "@switchboard/client";
import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { nameIn } from "../session/names.ts";
import { list } from "../i18n/i18n.ts";
import { usePart } from "../session/session.ts";

const NAMED = 3;

/** Who writes now. The line is always there, so that nothing moves. */
export function TypingLine({ conversation }: { conversation: string }): JSX.Element {
  const words = usePart(
    (state) => {
      const who = typingIn(state, conversation);
      if (who.length === 0) return "";
      if (who.length > NAMED) return t("sidebar.typing.many");
      return t("sidebar.typing", {
        count: who.length,
        names: list(who.map((each) => nameIn(state, each))),
      });
    },
    [conversation],
  );
  return (
    <p class="typing" aria-hidden={words === ""}>
      <span>{words}</span>
    </p>
  );
}
