const prefix = 'unable to start; ';

/** Why the server could not be started, as one line for whoever started it. */
export function startFailure(error: unknown): string {
  return `parley: ${prefix}${reasonOf(error).replaceAll(/\s*\n\s*/g, ' ')}`;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message.startsWith(prefix)) return error.message.slice(prefix.length);
  // A refused connection to a name with several addresses has no message of its own.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  return error.message === '' && first !== undefined ? reasonOf(first) : error.message;
}
