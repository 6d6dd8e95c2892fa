/** A server that calls with an API key, and what the key lets it do. */
export interface KeyHolder {
  readonly id: string;
  /** Such as `messages:write`. */
  readonly scopes: ReadonlySet<string>;
}
