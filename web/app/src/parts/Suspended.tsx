import type { FunctionComponent, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Button } from "./Button.tsx";

interface Props<P extends object> {
  load: () => Promise<{ default: FunctionComponent<P> }>;
  props: P;
}

const kept = new WeakMap<object, unknown>();

/** A component that is fetched when it is first wanted. Without a connection it can be asked for again. */
export function Suspended<P extends object>({ load, props }: Props<P>): JSX.Element | null {
  const [, redraw] = useState(0);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (kept.has(load) || failed) return;
    load().then(
      (module) => {
        kept.set(load, module.default);
        redraw((turn) => turn + 1);
      },
      () => setFailed(true),
    );
  }, [load, failed]);
  const Loaded = kept.get(load) as FunctionComponent<P> | undefined;
  if (Loaded) return <Loaded {...props} />;
  if (!failed) return null;
  return (
    <div class="empty" role="alert">
      <p>{t("error.unreachable")}</p>
      <Button onClick={() => setFailed(false)}>{t("common.retry")}</Button>
    </div>
  );
}
