import { ParleyError } from '@parley/contract';
import { asParleyError, toTRPCError } from '@parley/contract/router';
import type { Log } from '@parley/engine';
import { type AnyTRPCRouter, getTRPCErrorShape, type inferRouterContext } from '@trpc/server';
import { type CallId, errorMessage } from './protocol.ts';

/** The call an error belongs to; nothing when it belongs to the socket. */
export interface FailedCall<R extends AnyTRPCRouter> {
  readonly type: 'query' | 'mutation' | 'subscription';
  readonly path: string;
  readonly input: unknown;
  readonly context?: inferRouterContext<R> | undefined;
}

/** Of a path in the log: it is the caller's. */
const pathCharacters = 100;

/** Turns what was thrown into the message the client gets, in the router's own shape, and logs it. */
export class ErrorAnswers<R extends AnyTRPCRouter> {
  readonly #router: R;
  readonly #log: Log;

  constructor(router: R, log: Log) {
    this.#router = router;
    this.#log = log;
  }

  /** `socketId` names the socket in the log. */
  message(socketId: string, id: CallId | null, thrown: unknown, call?: FailedCall<R>): string {
    const error = toTRPCError(thrown);
    const { code } = asParleyError(error);
    const details = { socketId, path: call?.path.slice(0, pathCharacters), code };
    if (code === 'INTERNAL') {
      this.#log.error({ ...details, err: error.cause ?? error }, 'call failed');
    } else {
      this.#log.info(details, call === undefined ? 'socket refused' : 'call refused');
    }
    return errorMessage(id, this.#shape(error, call));
  }

  /** Notes a fault of the socket itself, such as a frame over the limit: ws closes it. */
  note(socketId: string, error: Error): void {
    this.#log.info({ socketId, err: error }, 'socket failed');
  }

  #shape(error: ReturnType<typeof toTRPCError>, call: FailedCall<R> | undefined): unknown {
    const of = {
      type: call?.type ?? 'unknown',
      path: call?.path,
      input: call?.input,
      ctx: call?.context,
    } as const;
    try {
      const shape: unknown = getTRPCErrorShape({ config: this.#router._def._config, error, ...of });
      return shape;
    } catch (cause) {
      this.#log.error({ err: cause }, 'the error formatter failed');
      const plain = toTRPCError(new ParleyError('INTERNAL', 'unable to answer; internal error'));
      return { code: -32603, message: plain.message, data: { code: plain.code, httpStatus: 500 } };
    }
  }
}
