import type { ComponentProps } from 'react';
import { cx } from './cx.ts';

export type ButtonKind = 'primary' | 'secondary' | 'danger' | 'quiet';

const kinds: Record<ButtonKind, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  secondary: 'border border-line-strong bg-raised text-fg shadow-raised hover:bg-hover',
  danger: 'bg-danger-solid text-on-accent hover:brightness-110',
  quiet: 'text-soft hover:bg-hover hover:text-fg',
};

/** The look of a button; for links that look like one, too. */
export function buttonClass(kind: ButtonKind, className?: string): string {
  return cx(
    'inline-flex h-9 shrink-0 items-center justify-center gap-2 rounded-lg px-3.5 text-sm font-medium whitespace-nowrap',
    'transition-colors select-none disabled:opacity-50',
    kinds[kind],
    className,
  );
}

export function Button({
  kind = 'secondary',
  className,
  ...props
}: ComponentProps<'button'> & { kind?: ButtonKind }) {
  return <button type="button" {...props} className={buttonClass(kind, className)} />;
}

/** A button within a sentence. */
export function LinkButton({ className, ...props }: ComponentProps<'button'>) {
  return <button type="button" {...props} className={cx(linkClass, className)} />;
}

/** The look of a link of the app's own. */
export const linkClass = 'rounded-sm font-medium text-accent-fg hover:underline underline-offset-2';
