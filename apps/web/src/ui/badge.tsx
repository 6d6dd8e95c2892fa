import type { ReactNode } from 'react';

const tones = {
  accent: 'bg-accent text-on-accent',
  plain: 'bg-hover text-soft',
  muted: 'bg-line-strong text-fg',
  warn: 'bg-warn-soft text-warn',
} as const;

/** A number or a word set apart. */
export function Badge(props: { tone: keyof typeof tones; testId?: string; children: ReactNode }) {
  return (
    <span
      data-testid={props.testId}
      className={`inline-flex h-5 min-w-5 shrink-0 items-center justify-center rounded-full px-1.5 text-2xs font-semibold tabular-nums ${tones[props.tone]}`}
    >
      {props.children}
    </span>
  );
}
