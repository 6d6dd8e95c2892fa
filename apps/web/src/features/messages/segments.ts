/** A stretch of a message's text. Put together, the texts of all segments are the text, unchanged. */
export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code' | 'block'; readonly text: string; readonly code: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string; readonly host: string };

/** Fenced blocks with the end of their last line, inline code, and http(s) addresses, whichever begins first. */
const pattern = /(?<block>```[^]*?```\n?)|(?<code>`[^`\n]+`)|(?<link>\bhttps?:\/\/[^\s<>"'`]+)/gi;

/** What is code of a block: neither its fences nor the name of its language. */
const fenced = /^```(?:[\w+#.-]*\n)?(?<inside>[^]*?)\n?```\n?$/;

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
    const segment =
      block !== undefined ? blockOf(block) : code !== undefined ? codeOf(code) : linkOf(link ?? '');
    if (segment === null) continue;
    plain(match.index);
    segments.push(segment);
    end = match.index + segment.text.length;
  }
  plain(text.length);
  return segments;
}

/** A text where there is room for no more than words: code stands there without the marks that set it apart. */
export function wordsOf(text: string): string {
  return segmentsOf(text)
    .map((segment) => ('code' in segment ? segment.code : segment.text))
    .join('');
}

/** A fenced block; null when there is nothing in it. */
function blockOf(text: string): Segment | null {
  const code = fenced.exec(text)?.groups?.['inside'] ?? '';
  return code.trim() === '' ? null : { kind: 'block', text, code };
}

function codeOf(text: string): Segment {
  return { kind: 'code', text, code: text.slice(1, -1) };
}

function linkOf(found: string): Segment | null {
  const text = trimmed(found);
  const address = addressOf(text);
  return address === null ? null : { kind: 'link', text, ...address };
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
