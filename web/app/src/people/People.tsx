import type { JSX } from "preact";
import { type Key, t } from "../i18n/i18n.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { go } from "../session/route.ts";
import { Contacts } from "./Contacts.tsx";
import { CreateConversation } from "./CreateConversation.tsx";
import { Discover } from "./Discover.tsx";
import { FindPeople } from "./FindPeople.tsx";
import { PersonActs } from "./PersonActs.tsx";

const TABS = ["people", "contacts", "create", "discover"] as const;
type Tab = (typeof TABS)[number];

/** Everything that begins a conversation. */
export function People({
  section,
  onClose,
}: {
  section: string | null;
  onClose: () => void;
}): JSX.Element {
  const tab: Tab = TABS.find((each) => each === section) ?? "people";
  return (
    <Dialog title={t("people.title")} onClose={onClose} size="medium">
      <div class="tabs">
        {TABS.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === tab}
            onClick={() => go({ over: "people", section: each }, "replace")}
          >
            {t(`people.tab.${each}` satisfies Key)}
          </button>
        ))}
      </div>
      {tab === "people" && <FindPeople act={(user) => <PersonActs user={user} />} />}
      {tab === "contacts" && <Contacts />}
      {tab === "create" && <CreateConversation />}
      {tab === "discover" && <Discover />}
    </Dialog>
  );
}
