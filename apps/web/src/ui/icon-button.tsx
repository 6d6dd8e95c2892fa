import type { ComponentProps } from 'react';
import { cx } from './cx.ts';

/** The look of a button that is an icon. */
export function iconButtonClass(className?: string): string {
  return cx(
    'inline-grid size-9 shrink-0 place-items-center rounded-lg text-soft transition-colors hover:bg-hover hover:text-fg',
    'aria-expanded:bg-hover aria-expanded:text-fg aria-pressed:bg-hover aria-pressed:text-fg',
    className,
  );
}

/** A button that is an icon; its name shows when one points at it. */
export function IconButton({
  label,
  keys = [],
  className,
  ...props
}: Omit<ComponentProps<'button'>, 'aria-label'> & { label: string; keys?: readonly string[] }) {
  return (
    <button
      type="button"
      {...props}
      aria-label={label}
      data-tip={label}
      data-tip-keys={keys.join(' ')}
      className={iconButtonClass(className)}
    />
  );
}
