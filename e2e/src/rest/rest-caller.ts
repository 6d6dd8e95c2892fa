import assert from 'node:assert/strict';

/** An answer of the REST API, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON of the body; undefined when it is empty. */
  // oxlint-disable-next-line typescript/no-explicit-any -- whatever a frontend without types gets
  readonly body: any;
}

/** Calls the REST API with plain `fetch`, as a frontend would that has a base URL and a token. */
export class RestCaller {
  token: string | null = null;
  readonly #baseUrl: string;

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await fetch(new URL(path, this.#baseUrl), {
      method,
      headers: {
        ...(this.token === null ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  /** Calls, and expects a status. @returns the body */
  async expectStatus(status: number, ...args: Parameters<RestCaller['call']>): Promise<Answer['body']> {
    const answer = await this.call(...args);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer.body;
  }
}
