import fc from "fast-check";
import { expect, test } from "vitest";
import { type SseRecord, sseParser } from "../src/link/sse-parser.ts";

const STREAM =
  '\uFEFF: hello\n\nid: m.1\ndata: {"a":"é\u{1F600}"}\n\n:keep-alive\r\n\r\nid:m.2\rdata: one\rdata:two\r\r' +
  "data\n\nevent: other\ndata:  spaced\r\n\r\nid: lonely\n\ndata: unfinished";

const RECORDS: SseRecord[] = [
  { id: "m.1", data: '{"a":"é\u{1F600}"}' },
  { id: "m.2", data: "one\ntwo" },
  { id: "m.2", data: "" },
  { id: "m.2", data: " spaced" },
];

function parse(pieces: string[]): SseRecord[] {
  const records: SseRecord[] = [];
  const feed = sseParser((record) => records.push(record));
  for (const piece of pieces) feed(piece);
  return records;
}

test("the records of a stream, whole and cut at every place", () => {
  expect(parse([STREAM])).toEqual(RECORDS);
  for (let i = 0; i <= STREAM.length; i++) {
    expect(parse([STREAM.slice(0, i), STREAM.slice(i)]), `cut at ${i}`).toEqual(RECORDS);
  }
  expect(parse([...STREAM])).toEqual(RECORDS);
});

test("bytes cut inside a character, and any number of cuts", () => {
  const bytes = new TextEncoder().encode(STREAM);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
      const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
      const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const pieces = places.slice(1).map((end, i) => {
        return decoder.decode(bytes.slice(places[i], end), { stream: true });
      });
      expect(parse(pieces)).toEqual(RECORDS);
    }),
  );
});

test("a line without end is refused rather than kept", () => {
  const feed = sseParser(() => undefined);
  expect(() => {
    for (let i = 0; i < 10; i++) feed("x".repeat(1_000_000));
  }).toThrow("too long");
});
