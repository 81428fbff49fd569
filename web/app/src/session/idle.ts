/** Does something when the page has nothing else to do; a failure is no news. Returns how to not do it. */
export function whenIdle(task: () => Promise<unknown>): () => void {
  const run = (): void => void task().catch(() => undefined);
  // Not every browser knows idleness.
  if (!("requestIdleCallback" in globalThis)) {
    const timer = setTimeout(run, LATE_MS);
    return () => clearTimeout(timer);
  }
  const request = requestIdleCallback(run, { timeout: LATE_MS });
  return () => cancelIdleCallback(request);
}

/** No later than this, in milliseconds, however busy the page is. */
const LATE_MS = 2_000;
