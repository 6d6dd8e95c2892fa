import { useCallback, useEffect, useState } from 'react';

/** An answer of the server: undefined until it is there, and why it is not. */
export interface Asked<T> {
  readonly answer: T | undefined;
  readonly error: unknown;
  readonly again: () => void;
}

/** Asks the server when the page is opened, and whenever it is told to. @param ask has to stay the same function */
export function useAsked<T>(ask: () => Promise<T>): Asked<T> {
  const [state, setState] = useState<{ answer: T | undefined; error: unknown }>({
    answer: undefined,
    error: null,
  });
  const again = useCallback(() => {
    ask().then(
      (answer) => setState({ answer, error: null }),
      (error: unknown) => setState(({ answer }) => ({ answer, error })),
    );
  }, [ask]);
  useEffect(again, [again]);
  return { ...state, again };
}
