import type { JSX } from "preact";
import { Help } from "./keys/Help.tsx";
import { Suspended } from "./parts/Suspended.tsx";
import { People } from "./people/People.tsx";
import type { OverName } from "./session/route.ts";

const loadSettings = (): Promise<{ default: typeof import("./settings/Settings.tsx").Settings }> =>
  import("./settings/Settings.tsx").then((module) => ({ default: module.Settings }));

interface Props {
  over: Exclude<OverName, "switcher">;
  section: string | null;
  onClose: () => void;
}

/** What lies over the page, but for the switcher. */
export function Over({ over, section, onClose }: Props): JSX.Element {
  switch (over) {
    case "people":
      return <People section={section} onClose={onClose} />;
    case "settings":
      return <Suspended load={loadSettings} props={{ section, onClose }} />;
    case "help":
      return <Help onClose={onClose} />;
  }
}
