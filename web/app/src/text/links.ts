/** A link found in running text. `length` counts what it covers there. */
export interface Link {
  readonly href: string;
  readonly text: string;
  readonly length: number;
}

// Japanese and Chinese run on after an address without a space, so their letters end it.
const STOP = '\\s<>"`\\u2018-\\u201f\\u3000-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7af\\uff00-\\uffef';
const WEB = new RegExp(`https?://[^${STOP}]{1,2000}`, "iy");
const OTHER = new RegExp(`(?:mailto:|tel:|xmpp:)[^${STOP}]{3,500}`, "iy");
const MAIL = /[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}/iy;
const SCHEMES = new Set(["http:", "https:", "mailto:", "tel:", "xmpp:"]);

/** The link that begins exactly at `at`. */
export function linkAt(text: string, at: number): Link | null {
  const raw = match(WEB, text, at) ?? match(OTHER, text, at);
  if (raw) return check(trim(raw));
  const mail = match(MAIL, text, at);
  return mail ? check(trim(mail), "mailto:") : null;
}

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

function check(raw: string, prefix = ""): Link | null {
  const url = URL.parse?.(prefix + raw) ?? tryUrl(prefix + raw);
  if (!url || !SCHEMES.has(url.protocol)) return null;
  // A host in letters that look like others is shown as it really is.
  const text =
    url.host && /[^\x20-\x7e]/.test(hostPart(raw)) ? raw.replace(hostPart(raw), url.host) : raw;
  return { href: url.href, text, length: raw.length };
}

function tryUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function hostPart(raw: string): string {
  return /^\w+:\/\/([^/?#]*)/.exec(raw)?.[1] ?? "";
}

/** Signs that end the sentence rather than the address, and a bracket that opened before it. */
function trim(raw: string): string {
  let end = raw.length;
  let round = count(raw, "(") - count(raw, ")");
  for (; end > 0; end--) {
    const last = raw[end - 1] ?? "";
    if (last === ")" && round < 0) round++;
    else if (!/[.,:;!?'*_~\]}…»]/.test(last)) break;
  }
  return raw.slice(0, end);
}

function count(text: string, char: string): number {
  let total = 0;
  for (const one of text) if (one === char) total++;
  return total;
}
