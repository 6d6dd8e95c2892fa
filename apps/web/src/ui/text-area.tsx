import { type ComponentProps, useId } from 'react';
import { cx } from './cx.ts';
import { inputClass } from './text-field.tsx';

type Props = Omit<ComponentProps<'textarea'>, 'id'> & { label: string; fault?: string | undefined };

/** A labelled field of several lines with what is wrong with it. */
export function TextArea({ label, fault, className, ...area }: Props) {
  const id = useId();
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <textarea
        {...area}
        id={id}
        dir="auto"
        className={cx(inputClass, 'h-auto resize-none py-2', className)}
        aria-invalid={fault !== undefined}
        aria-describedby={fault === undefined ? undefined : `${id}-note`}
      />
      {fault !== undefined && (
        <p id={`${id}-note`} className="text-sm text-danger">
          {fault}
        </p>
      )}
    </div>
  );
}
