export interface Names {
  /** Names of series, each once. */
  readonly metrics: readonly string[];
  /** Names of labels that are matched, or grouped by, each once. */
  readonly labels: readonly string[];
}

const words = /[A-Za-z_]\w*/g;
const grouping = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;
const operators = new Set(['and', 'or', 'unless', 'bool', 'offset']);

/** What a PromQL expression names. It reads no more of the language than alerts and dashboards need. */
export function namesIn(expr: string): Names {
  const labels: string[] = [];
  const take = (_: string, names: string): string => {
    labels.push(...(names.match(words) ?? []));
    return ' ';
  };
  const rest = expr
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{([^}]*)\}/g, take)
    .replaceAll(/\[[^\]]*\]/g, ' ')
    .replaceAll(grouping, take)
    // What is left before a parenthesis is a function.
    .replaceAll(/\b[A-Za-z_]\w*(?=\s*\()/g, ' ');
  const metrics = (rest.match(words) ?? []).filter((word) => !operators.has(word));
  return { metrics: [...new Set(metrics)], labels: [...new Set(labels)] };
}
