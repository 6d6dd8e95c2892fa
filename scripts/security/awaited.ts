/** Rows of docs/security.md that no test proves yet. */
export const awaited: readonly string[] = [
  'forwarded headers',
  'session',
  'JWT',
  'refresh',
  'passwords',
  'enumeration',
  'brute force',
  'limits',
  'sizes',
  'authorisation',
];
