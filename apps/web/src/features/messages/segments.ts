/** A stretch of a message's text. Put together, the segments are the text, unchanged. */
export type Segment =
  | { readonly kind: 'text' | 'code' | 'block'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string; readonly host: string };

/** Fenced blocks with the end of their last line, inline code, and http(s) addresses, whichever begins first. */
const pattern = /(?<block>```[^]*?```\n?)|(?<code>`[^`\n]+`)|(?<link>\bhttps?:\/\/[^\s<>"'`]+)/gi;

/** Punctuation that ends a sentence rather than an address. */
const trailing = '.,:;!?…';

/** Finds what can be shown better than as plain text. */
export function segmentsOf(text: string): Segment[] {
  const segments: Segment[] = [];
  let end = 0;
  const plain = (upTo: number) => {
    if (upTo > end) segments.push({ kind: 'text', text: text.slice(end, upTo) });
    end = upTo;
  };
  for (const match of text.matchAll(pattern)) {
    const { block, code, link } = match.groups ?? {};
    const found = block ?? code ?? trimmed(link ?? '');
    const address = link === undefined ? null : addressOf(found);
    if (link !== undefined && address === null) continue;
    plain(match.index);
    if (address !== null) segments.push({ kind: 'link', text: found, ...address });
    else segments.push({ kind: block === undefined ? 'code' : 'block', text: found });
    end = match.index + found.length;
  }
  plain(text.length);
  return segments;
}

/** An address without the punctuation and the bracket of the sentence around it. */
function trimmed(link: string): string {
  let surplus = link.split(')').length - link.split('(').length;
  let end = link.length;
  for (;;) {
    const last = link[end - 1];
    if (last === undefined || !(trailing.includes(last) || (last === ')' && surplus > 0))) break;
    if (last === ')') surplus -= 1;
    end -= 1;
  }
  return link.slice(0, end);
}

/** The address as the browser reads it; null when it is no http(s) address after all. */
function addressOf(text: string): { href: string; host: string } | null {
  if (!URL.canParse(text)) return null;
  const { protocol, host, href } = new URL(text);
  return host !== '' && (protocol === 'http:' || protocol === 'https:') ? { href, host } : null;
}
