import { type ComponentProps, useId } from 'react';
import { cx } from './cx.ts';

/** The look of what one types into. */
export const inputClass =
  'h-10 w-full rounded-lg border border-line-strong bg-raised px-3 text-base text-fg transition-colors focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0 aria-invalid:border-danger disabled:opacity-60';

type Props = Omit<ComponentProps<'input'>, 'id'> & {
  label: string;
  hint?: string | undefined;
  fault?: string | undefined;
};

/** A labelled input with what is wrong with it. */
export function TextField({ label, hint, fault, className, ...input }: Props) {
  const id = useId();
  const note = fault ?? hint;
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        {...input}
        id={id}
        className={cx(inputClass, className)}
        aria-invalid={fault !== undefined}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
      />
      {note !== undefined && (
        <p id={`${id}-note`} className={cx('text-sm', fault === undefined ? 'text-faint' : 'text-danger')}>
          {note}
        </p>
      )}
    </div>
  );
}
