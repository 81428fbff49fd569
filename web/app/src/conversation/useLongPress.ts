import { useRef } from "preact/hooks";

const HELD_MS = 420;

interface Handlers {
  onPointerDown: (event: PointerEvent) => void;
  onPointerUp: () => void;
  onPointerCancel: () => void;
  onPointerMove: () => void;
}

/** Calls back when a finger rests in one place. */
export function useLongPress(held: () => void): Handlers {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const stop = (): void => clearTimeout(timer.current);
  return {
    onPointerDown: (event) => {
      stop();
      if (event.pointerType === "touch") timer.current = setTimeout(held, HELD_MS);
    },
    onPointerUp: stop,
    onPointerCancel: stop,
    onPointerMove: stop,
  };
}
