import { useRef } from "preact/hooks";

interface Converting {
  readonly now: () => boolean;
  readonly handlers: { onCompositionStart: () => void; onCompositionEnd: () => void };
}

/**
 * Knows whether an input method is at work. Safari ends the conversion before it tells of the
 * Enter that ended it, so the end counts only from the next turn on.
 */
export function useConverting(): Converting {
  const converting = useRef(false);
  const turn = useRef<ReturnType<typeof setTimeout>>(undefined);
  return {
    now: () => converting.current,
    handlers: {
      onCompositionStart: () => {
        clearTimeout(turn.current);
        converting.current = true;
      },
      onCompositionEnd: () => {
        turn.current = setTimeout(() => {
          converting.current = false;
        });
      },
    },
  };
}
