import type { ComponentChildren, JSX } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { IconButton } from "./Button.tsx";

interface Props {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  size?: "small" | "medium" | "large" | "switcher";
  /** The title is for screen readers only. */
  bare?: boolean;
}

/** A modal dialog: the browser keeps the focus inside, and gives it back afterwards. */
export function Dialog({ title, onClose, children, size = "medium", bare }: Props): JSX.Element {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  // At once: what is typed next must not go where the focus was.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const dialog = box.current;
    dialog?.showModal();
    // The title is read first; a close button is not what one came for.
    if (dialog && !dialog.querySelector("[autofocus]")) dialog.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={box}
      tabIndex={-1}
      class={`dialog dialog-${size}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === box.current) onClose();
      }}
    >
      <div class="dialog-box">
        <header class={bare ? "hidden" : "dialog-head"}>
          <h2 id={id}>{title}</h2>
          {!bare && <IconButton icon="close" label={t("common.close")} onClick={onClose} />}
        </header>
        {children}
      </div>
    </dialog>
  );
}
