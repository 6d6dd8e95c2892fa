import type { ReactNode } from 'react';
import { LinkButton } from './button.tsx';
import { cx } from './cx.ts';

const tones = { warn: 'bg-warn-soft text-warn', calm: 'bg-selected text-accent-fg' } as const;

/** A line above everything, and what can be done about what it says. */
export function Banner(props: {
  readonly tone: keyof typeof tones;
  readonly action?: string | undefined;
  readonly onAction: () => void;
  readonly children: ReactNode;
  readonly 'data-testid': string;
}) {
  const { tone, action, onAction, children, 'data-testid': testId } = props;
  return (
    <span
      className={cx('flex items-center justify-center gap-2.5 px-4 py-1.5 text-sm', tones[tone])}
      data-testid={testId}
    >
      {children}
      {action !== undefined && (
        <LinkButton className="shrink-0 text-inherit underline" onClick={onAction}>
          {action}
        </LinkButton>
      )}
    </span>
  );
}
