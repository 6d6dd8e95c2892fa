import { z } from 'zod';
import { parseDuration } from './duration.ts';

/** One of a few words. */
export function oneOf<const T extends readonly string[]>(...words: T) {
  return z.enum(words, { error: `must be one of ${words.join(', ')}` });
}

export const flag = oneOf('true', 'false').transform((text) => text === 'true');

/** A whole number between two others, both included. */
export function whole(min: number, max: number) {
  return z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: `must be a whole number from ${min} to ${max}`,
    })
    .transform(Number);
}

/** A length of time, as seconds. */
export const duration = z.string().transform((text, context) => {
  const seconds = parseDuration(text);
  if (seconds === null) context.addIssue('must be a length of time such as 15m, 12h or 7d');
  return seconds ?? 0;
});

/** An address with one of the schemes. */
export function address(...schemes: readonly string[]) {
  const starts = schemes.map((scheme) => `${scheme}://`);
  return z.string().refine((text) => starts.some((start) => text.startsWith(start)) && URL.canParse(text), {
    error: `must be an address that starts with ${starts.join(' or ')}`,
  });
}

/** Addresses of nodes of one cluster, between commas: they differ in host and port only. */
export function nodes(...schemes: readonly string[]) {
  const one = address(...schemes);
  return list
    .refine((words) => words.length > 0 && words.every((word) => one.safeParse(word).success), {
      error: `must be addresses that start with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}, between commas`,
      abort: true,
    })
    .refine((words) => new Set(words.map(loginOf)).size === 1, {
      error: 'must name every node with the same scheme, user and password',
      abort: true,
    })
    .refine((words) => words.every((word) => /^\/?0?$/.test(new URL(word).pathname)), {
      error: 'must name no database: a cluster has one only',
    });
}

function loginOf(node: string): string {
  const { protocol, username, password } = new URL(node);
  return JSON.stringify([protocol, username, password]);
}

/** Words between commas. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== ''),
);

/** Origins of web pages, without a path, or `*` for any. */
export const origins = list.refine((words) => words.every((word) => word === '*' || isOrigin(word)), {
  error: 'must be origins such as https://chat.example.com, without a path, between commas',
});

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
