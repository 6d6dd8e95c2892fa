const id = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether something can be the id of a conversation. */
export function isId(text: string): boolean {
  return id.test(text);
}

/** What the paths of the app's pages begin with, as its router has them. Whatever else is asked for is the server's. */
const pages: ReadonlySet<string> = new Set([
  '',
  'c',
  'my',
  'settings',
  'sign-in',
  'register',
  'forgot-password',
  'reset-password',
  'verify-email',
  'join',
  'find',
]);

/** Whether a path is one of the app's pages. */
export function isPage(path: string): boolean {
  return pages.has(path.split('/')[1] ?? '');
}

/** The conversation of an address as they were before they were paths: `#/c/…`; null when it is none. */
export function conversationOfHash(hash: string): string | null {
  const [, text = ''] = /^#?\/c\/([^/]+)$/.exec(hash) ?? [];
  return isId(text) ? text.toLowerCase() : null;
}

/** Where to go after signing in, as far as it leads into the app. */
export function ownPath(to: unknown): string | undefined {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to) ? to : undefined;
}

/** The token of a link in a mail: behind the `#`, where no server sees it. */
export function tokenOfHash(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/, '')).get('token') ?? '';
}
