import { ParleyError } from '@parley/contract';
import type { AppRouter } from '@parley/contract/router';
import { type Operation, type OperationResultObserver, TRPCClientError } from '@trpc/client';
import { isObject } from '../is-object.ts';
import { errorOfShape } from './errors.ts';
import type { Wire } from './wire.ts';

type Observer = OperationResultObserver<AppRouter, unknown>;

interface Request {
  readonly op: Operation;
  readonly observer: Observer;
  /** Where it was sent last; null while it is not. */
  wire: Wire | null;
}

/** What a client has asked over its WebSocket and has no answer to: calls, and subscriptions that go on. */
export class Requests {
  readonly #requests = new Map<number, Request>();
  #last = 0;

  get size(): number {
    return this.#requests.size;
  }

  /** Takes one in, to be sent. */
  add(op: Operation, observer: Observer): number {
    this.#last += 1;
    this.#requests.set(this.#last, { op, observer, wire: null });
    return this.#last;
  }

  /** Nobody waits for it any more. */
  remove(id: number): void {
    const request = this.#requests.get(id);
    if (request === undefined) return;
    this.#requests.delete(id);
    if (request.op.type === 'subscription') request.wire?.send({ id, method: 'subscription.stop' });
  }

  /** Sends what has not been sent, and what is subscribed to elsewhere: from now on it is followed here. */
  sendOver(wire: Wire): void {
    for (const [id, request] of this.#requests) {
      const { op, wire: before } = request;
      if (before === wire || (before !== null && op.type !== 'subscription')) continue;
      before?.send({ id, method: 'subscription.stop' });
      request.wire = wire;
      wire.send({ id, method: op.type, params: { path: op.path, input: op.input } });
    }
  }

  /** Whether something sent there is not answered. */
  hasOn(wire: Wire): boolean {
    return [...this.#requests.values()].some((request) => request.wire === wire);
  }

  /** Hands over what came. Returns whether it answers something. */
  take(wire: Wire, message: unknown): boolean {
    if (!isObject(message)) return false;
    const { id, result, error } = message;
    const request = typeof id === 'number' ? this.#requests.get(id) : undefined;
    if (typeof id !== 'number' || request?.wire !== wire) return false;
    const { op, observer } = request;
    if (isObject(result)) {
      const { type, data } = result;
      if (type === 'started') observer.next({ result: { type } });
      if (type === 'data') observer.next({ result: { type, data } });
      if (op.type !== 'subscription' || type === 'stopped') this.#settle(id, () => observer.complete());
    } else {
      this.#settle(id, () => observer.error(TRPCClientError.from(errorOfShape(error) ?? unreadable())));
    }
    return true;
  }

  /** A connection is gone: its calls may have been made or not; what it subscribed to is subscribed to again. */
  lose(wire: Wire): void {
    for (const [id, request] of this.#requests) {
      if (request.wire !== wire) continue;
      request.wire = null;
      if (request.op.type === 'subscription') continue;
      const error = new ParleyError('UNAVAILABLE', 'unable to answer; the connection was lost');
      this.#settle(id, () => request.observer.error(TRPCClientError.from(error)));
    }
  }

  /** Nothing is answered any more: subscriptions complete, calls fail. */
  end(error: ParleyError): void {
    for (const [id, { op, observer }] of this.#requests) {
      if (op.type === 'subscription') this.#settle(id, () => observer.complete());
      else this.#settle(id, () => observer.error(TRPCClientError.from(error)));
    }
  }

  #settle(id: number, tell: () => void): void {
    this.#requests.delete(id);
    tell();
  }
}

function unreadable(): ParleyError {
  return new ParleyError('UNAVAILABLE', 'unable to answer; what came cannot be read');
}
