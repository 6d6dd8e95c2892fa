import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';

/**
 * The pool without connections that stopped answering. pg gives up waiting for an answer but keeps the connection, and
 * whoever gets it next waits behind the question that was never answered; on a link that swallows packets that is everyone.
 */
export function answeringPool(pool: pg.Pool): PostgresPool {
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => answeringClient(await pool.connect()),
  };
}

function answeringClient(client: pg.PoolClient & PostgresPoolClient): PostgresPoolClient {
  let silent = false;
  return new Proxy(client, {
    get(target, key) {
      if (key === 'release') return (destroy?: boolean) => target.release(destroy === true || silent);
      if (key !== 'query') {
        const value: unknown = Reflect.get(target, key, target);
        return value;
      }
      return async (text: string, parameters: readonly unknown[]): Promise<unknown> => {
        // The rollback after a question without answer would wait as long again.
        if (silent) throw new Error('Connection terminated; it did not answer');
        try {
          return await target.query(text, [...parameters]);
        } catch (error) {
          silent ||= error instanceof Error && error.message === 'Query read timeout';
          throw error;
        }
      };
    },
  });
}
