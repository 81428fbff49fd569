import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { Button } from "./Button.tsx";

interface ToastState {
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
  readonly dismiss?: string | undefined;
  readonly alert?: boolean | undefined;
}

const SHOWN_MS = 5000;
const shown = signal<ToastState | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows a sentence for a moment; with an action it stays until it is answered. */
export function toast(text: string, more: Omit<ToastState, "text"> = {}): void {
  clearTimeout(timer);
  shown.value = { text, ...more };
  if (!more.action)
    timer = setTimeout(() => {
      shown.value = null;
    }, SHOWN_MS);
}

/** The place where toasts appear. */
export function Toasts(): JSX.Element {
  const now = shown.value;
  const close = (): void => {
    shown.value = null;
  };
  return (
    <div class="toasts" role={now?.alert ? "alert" : "status"}>
      {now && (
        <div class="toast">
          <span>{now.text}</span>
          {now.action && (
            <Button
              kind="quiet"
              onClick={() => {
                close();
                now.action?.run();
              }}
            >
              {now.action.label}
            </Button>
          )}
          {now.dismiss && (
            <Button kind="quiet" onClick={close}>
              {now.dismiss}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
