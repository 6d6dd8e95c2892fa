import { type ReactNode, useId } from 'react';

/** One of a few, side by side: radio buttons in the look of one control. */
export function Choice<T extends string>(props: {
  label: string;
  value: T;
  options: readonly { readonly value: T; readonly label: string; readonly icon?: ReactNode }[];
  onChange: (value: T) => void;
}) {
  const name = useId();
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1.5 text-sm font-medium">{props.label}</legend>
      <div className="inline-flex w-fit gap-1 rounded-lg bg-hover p-1">
        {props.options.map(({ value, label, icon }) => (
          <label
            key={value}
            className="flex h-8 cursor-pointer items-center gap-2 rounded-md px-3 text-sm font-medium text-soft transition-colors select-none hover:text-fg has-checked:bg-raised has-checked:text-fg has-checked:shadow-raised has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              className="sr-only"
              name={name}
              value={value}
              checked={value === props.value}
              onChange={() => props.onChange(value)}
            />
            {icon}
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
