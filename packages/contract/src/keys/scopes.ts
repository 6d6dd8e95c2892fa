import type { KeyHolder } from './holder.ts';
import { ParleyError } from '../errors.ts';
import type { ProcedureMeta } from '../rest.ts';

/** A procedure as its middlewares know it. */
interface Called {
  readonly path: string;
  readonly type: 'query' | 'mutation' | 'subscription';
  readonly meta: ProcedureMeta | undefined;
}

/** Whatever is about credentials and sessions is for people, unless a procedure says otherwise. */
const forPeople = 'auth';

/** The scope that a key needs for a procedure; null for one that no key may call. */
export function scopeOf({ path, type, meta }: Called): string | null {
  const [feature] = path.split('.', 1);
  const keys = meta?.keys ?? (feature === forPeople ? 'never' : 'scoped');
  if (keys === 'never') return null;
  return meta?.scope ?? `${feature}:${type === 'mutation' ? 'write' : 'read'}`;
}

/** @throws FORBIDDEN when the key may not call the procedure */
export function requireScope(key: KeyHolder, called: Called): void {
  const scope = scopeOf(called);
  if (scope === null) {
    throw new ParleyError('FORBIDDEN', `unable to call ${called.path}; it is not for API keys`);
  }
  if (!key.scopes.has(scope)) {
    throw new ParleyError('FORBIDDEN', `unable to call ${called.path}; the API key lacks the scope ${scope}`);
  }
}

/** Every scope there is among procedures by path, in order. An open one looks at no credentials, and needs none. */
export function scopesOf(procedures: object): string[] {
  const scopes = Object.entries(procedures).flatMap(([path, procedure]: [string, unknown]) => {
    if (!isProcedure(procedure)) return [];
    const { type, meta } = procedure._def;
    return meta?.open === true ? [] : (scopeOf({ path, type, meta }) ?? []);
  });
  return [...new Set(scopes)].toSorted();
}

function isProcedure(value: unknown): value is { readonly _def: Pick<Called, 'type' | 'meta'> } {
  return typeof value === 'function' && '_def' in value;
}
