import { useEffect } from "preact/hooks";
import type { JSX } from "preact";
import { language } from "./i18n/i18n.ts";
import { Toasts } from "./parts/Toast.tsx";
import { phase } from "./session/phase.ts";
import { SessionContext } from "./session/session.ts";
import { Shell } from "./Shell.tsx";
import { Welcome } from "./welcome/Welcome.tsx";

/** The whole page: the first visit, or the messenger. Another language draws it anew. */
export function App(): JSX.Element {
  const now = phase.value;
  useEffect(() => {
    document.documentElement.dataset.ready = "true";
  }, []);
  return (
    <div key={language.value} class="page">
      {now.kind === "signed-in" ? (
        <SessionContext.Provider value={now.session}>
          <Shell />
        </SessionContext.Provider>
      ) : (
        <Welcome reason={now.reason} />
      )}
      <Toasts />
    </div>
  );
}
