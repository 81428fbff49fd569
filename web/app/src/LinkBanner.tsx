import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "./i18n/i18n.ts";
import { Icon } from "./parts/Icon.tsx";
import { useClient, useLink } from "./session/session.ts";
import { clock } from "./time/format.ts";

/** A shorter break is not worth a word. */
const PATIENCE_MS = 2000;
/** From here on it is told since when. */
const LONG_MS = 60_000;

/** Says that the connection is away, and lets one try at once. Nothing else on the page goes away. */
export function LinkBanner(): JSX.Element {
  const client = useClient();
  const away = useLink() === "offline";
  const [since, setSince] = useState<number | null>(null);
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (!away) {
      setSince(null);
      return;
    }
    const start = Date.now();
    setSince(start);
    setNow(start);
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [away]);
  const ms = since === null ? 0 : now - since;
  if (!away || since === null || ms < PATIENCE_MS) return <div role="status" />;
  const words =
    ms < LONG_MS
      ? t("link.reconnecting")
      : t("link.offline", { time: clock(new Date(since).toISOString()) });
  return (
    <div role="status">
      <div class="banner">
        <Icon name="offline" size={16} />
        <span>{words}</span>
        <button type="button" onClick={() => client.reconnect()}>
          {t("link.tryNow")}
        </button>
      </div>
    </div>
  );
}
