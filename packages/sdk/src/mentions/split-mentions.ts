import type { Message, User } from '@parley/contract';

/** A stretch of a message's text: put together, the stretches are the text. */
export type MentionPart =
  | { readonly type: 'text'; readonly text: string }
  /** A name of somebody the message mentions, with the `@` before it. */
  | { readonly type: 'mention'; readonly text: string; readonly userId: string }
  /** `@all`, in a message that mentions everybody. */
  | { readonly type: 'all'; readonly text: string };

type Named = Pick<User, 'id' | 'username' | 'displayName'>;

/** What a name goes on with, in scripts that put spaces between words. */
const word =
  /[[\p{L}\p{N}\p{M}_]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]]/v;

/**
 * Where a message's text names those whom it mentions: `@` and a username or display name, in whatever case. It only shows what
 * the ids say: who is named but not mentioned is text, and who is mentioned need not be named.
 * @param people those who may be mentioned, as the members of the conversation
 */
export function splitMentions(
  { content, mentions = [], mentionsAll }: Pick<Message, 'content' | 'mentions' | 'mentionsAll'>,
  people: Iterable<Named>,
): MentionPart[] {
  const names = namesOf(people, new Set(mentions), mentionsAll === true);
  const parts: MentionPart[] = [];
  let done = 0;
  for (let at = content.indexOf('@'); at !== -1; at = content.indexOf('@', Math.max(at + 1, done))) {
    const found = isWithin(content.slice(0, at).at(-1)) ? undefined : nameAt(content, at + 1, names);
    if (found === undefined) continue;
    if (at > done) parts.push({ type: 'text', text: content.slice(done, at) });
    done = at + 1 + found.name.length;
    const text = content.slice(at, done);
    parts.push(
      found.userId === null ? { type: 'all', text } : { type: 'mention', text, userId: found.userId },
    );
  }
  if (done < content.length) parts.push({ type: 'text', text: content.slice(done) });
  return parts;
}

interface Name {
  readonly name: string;
  /** Null stands for everybody. */
  readonly userId: string | null;
}

/** The longest first: it is the one that was meant. */
function namesOf(people: Iterable<Named>, mentioned: ReadonlySet<string>, all: boolean): Name[] {
  const names: Name[] = all ? [{ name: 'all', userId: null }] : [];
  for (const { id: userId, username, displayName } of people) {
    if (!mentioned.has(userId)) continue;
    for (const name of [username, displayName]) if (name) names.push({ name, userId });
  }
  return names.sort((a, b) => b.name.length - a.name.length);
}

function nameAt(content: string, from: number, names: readonly Name[]): Name | undefined {
  return names.find(({ name }) => {
    const to = from + name.length;
    const next = content.codePointAt(to);
    if (next !== undefined && isWithin(String.fromCodePoint(next))) return false;
    return content.slice(from, to).toLowerCase() === name.toLowerCase();
  });
}

/** Whether a character beside a name says that it is part of a longer word, as in an address. */
function isWithin(character: string | undefined): boolean {
  return character !== undefined && word.test(character);
}
