import { ParleyError } from '@parley/contract';

/** How deep what clients send may nest: several times what any of it does. */
const levels = 64;

/** Keys by which an object's prototype can be reached. */
const refused = ['__proto__', 'constructor', 'prototype'];
/** One of them as a key, with any of its letters escaped or not. */
const refusedKey = new RegExp(`"(?:${refused.map(inAnySpelling).join('|')})"\\s*:`);

function inAnySpelling(word: string): string {
  return Array.from(word, (letter) => {
    const digits = letter.charCodeAt(0).toString(16).padStart(4, '0');
    const code = digits.replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
    return `(?:${letter}|\\\\u${code})`;
  }).join('');
}

/**
 * Why JSON from outside is refused before anything is made of it; null when only a parser can say more. Takes one pass over
 * the text and no memory, whatever the text is.
 */
export function jsonFault(text: string): string | null {
  if (nestsTooDeep(text)) return `it nests deeper than ${levels} levels`;
  return refusedKey.test(text) ? `it has one of the keys ${refused.join(', ')}` : null;
}

// A byte order mark is left to whoever parses the text.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What bytes from outside say; null when they are not UTF-8. Nothing is put in the place of what cannot be read. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** The error for what `jsonFault` found. */
export function malformedJson(fault: string): ParleyError {
  return new ParleyError('MALFORMED_REQUEST', `unable to read the request; ${fault}`);
}

const [quote, backslash] = [0x22, 0x5c];
const [openArray, closeArray, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

function nestsTooDeep(text: string): boolean {
  if (text.length <= levels) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === closeArray || code === closeObject) depth -= 1;
    else if (code === openArray || code === openObject) depth += 1;
    if (depth > levels) return true;
  }
  return false;
}

/** Where the string that begins at a quote ends; the end of the text when it does not. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === backslash) before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}
