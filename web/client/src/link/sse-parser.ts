/** A record of an event stream. */
export interface SseRecord {
  readonly id: string | undefined;
  readonly data: string;
}

/** Longer lines are not from our server; memory stays bounded. */
const LINE_CHARACTERS = 4 * 1024 * 1024;

/**
 * Reads `text/event-stream` (WHATWG HTML §9.2.6) from pieces of text that may be cut anywhere. A
 * comment gives nothing; what has no `data` gives nothing.
 */
export function sseParser(record: (record: SseRecord) => void): (piece: string) => void {
  let rest = "";
  let first = true;
  let afterReturn = false;
  let id: string | undefined;
  let data: string[] = [];

  function line(text: string): void {
    if (text === "") {
      if (data.length > 0) record({ id, data: data.join("\n") });
      data = [];
      return;
    }
    const colon = text.indexOf(":");
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + (text[colon + 1] === " " ? 2 : 1));
    if (field === "data") data.push(value);
    if (field === "id" && !value.includes("\0")) id = value;
  }

  return (piece) => {
    let text = piece;
    if (first && text !== "") {
      first = false;
      if (text.startsWith("\uFEFF")) text = text.slice(1);
    }
    // A line that ended in "\r" may go on with the "\n" of the same end.
    if (afterReturn && text.startsWith("\n")) text = text.slice(1);
    if (piece !== "") afterReturn = piece.endsWith("\r");
    const lines = (rest + text).split(/\r\n|\r|\n/);
    rest = lines.pop() ?? "";
    if (rest.length > LINE_CHARACTERS) throw new Error("a line of the event stream is too long");
    for (const each of lines) line(each);
  };
}
