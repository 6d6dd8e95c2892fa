import { useState } from 'react';

/** Something that takes a while and may fail. */
export interface Task {
  readonly busy: boolean;
  readonly error: unknown;
  /** Does it, unless it is being done; resolves to whether it was done. */
  readonly run: (work: () => Promise<void>) => Promise<boolean>;
}

/** Keeps how it goes with what a button or a form does: the error of the last time, null when there was none. */
export function useTask(): Task {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (work: () => Promise<void>) => {
    if (busy) return false;
    setBusy(true);
    setError(null);
    try {
      await work();
      return true;
    } catch (thrown) {
      setError(thrown);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run };
}

/** The text of one field of a form. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
