import { type ReadonlySignal, type Signal, signal } from "@preact/signals";

/** More pictures than this are not kept; the oldest go first. */
const KEPT = 300;
/** Pictures of users need the token, and only these addresses are shown it. */
const OURS = /^\/v1\/users\/[^/?#]+\/avatar(?:\?|$)/;

const kept = new Map<string, Signal<string | null>>();
const none = signal<string | null>(null);
let token: string | null = null;

/** Fetches pictures with this token from now on; null forgets all of them. */
export function fetchPicturesWith(next: string | null): void {
  token = next;
  for (const each of kept.values()) if (each.value) URL.revokeObjectURL(each.value);
  kept.clear();
}

/** The address of a picture that can be drawn, once it is here. */
export function picture(path: string | undefined): ReadonlySignal<string | null> {
  if (path === undefined || token === null || !OURS.test(path)) return none;
  const known = kept.get(path);
  if (known) return known;
  const made = signal<string | null>(null);
  kept.set(path, made);
  const oldest = kept.keys().next().value;
  if (kept.size > KEPT && oldest !== undefined) {
    const address = kept.get(oldest)?.value;
    if (address) URL.revokeObjectURL(address);
    kept.delete(oldest);
  }
  load(path, token).then(
    (address) => {
      made.value = address;
    },
    () => kept.delete(path),
  );
  return made;
}

async function load(path: string, bearer: string): Promise<string | null> {
  const answer = await fetch(path, { headers: { authorization: `Bearer ${bearer}` } });
  const raster = answer.headers.get("content-type")?.match(/^image\/(png|jpeg|webp|gif)/);
  return answer.ok && raster ? URL.createObjectURL(await answer.blob()) : null;
}
