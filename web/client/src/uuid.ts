/** Makes UUIDs of version 7 (RFC 9562 §5.7): each sorts after those that were made before it. */
export function uuidMaker(now: () => number): () => string {
  let last = 0;
  let counter = 0;
  return () => {
    const time = Math.max(now(), last);
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    // Within a millisecond the 12 bits of rand_a count on (RFC 9562 §6.2, method 1).
    counter = time === last ? counter + 1 : (bytes[6] ?? 0) & 0x7f;
    last = counter > 0xfff ? time + 1 : time;
    if (counter > 0xfff) counter = 0;
    const head = last.toString(16).padStart(12, "0");
    const rest = Array.from(bytes.subarray(8), (byte) => byte.toString(16).padStart(2, "0"));
    const variant = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    rest[0] = variant.toString(16);
    const tail = rest.join("");
    const mid = counter.toString(16).padStart(3, "0");
    return `${head.slice(0, 8)}-${head.slice(8)}-7${mid}-${tail.slice(0, 4)}-${tail.slice(4)}`;
  };
}
