import type { JSX } from "preact";
import { Help } from "./keys/Help.tsx";
import { Suspended } from "./parts/Suspended.tsx";
import { People } from "./people/People.tsx";
import type { OverName } from "./session/route.ts";
import { Switcher } from "./switcher/Switcher.tsx";

const loadSettings = (): Promise<{ default: typeof import("./settings/Settings.tsx").Settings }> =>
  import("./settings/Settings.tsx").then((module) => ({ default: module.Settings }));

interface Props {
  over: OverName;
  section: string | null;
  onClose: () => void;
}

/** What lies over the page. */
export function Over({ over, section, onClose }: Props): JSX.Element {
  switch (over) {
    case "people":
      return <People section={section} onClose={onClose} />;
    case "switcher":
      return <Switcher onClose={onClose} />;
    case "settings":
      return <Suspended load={loadSettings} props={{ section, onClose }} />;
    case "help":
      return <Help onClose={onClose} />;
  }
}
