import { Switch as Radix } from 'radix-ui';
import { useId } from 'react';

/** Something that is on or off, with what that means. */
export function Switch(props: {
  label: string;
  text: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-6">
      <div className="grid gap-0.5">
        <label htmlFor={id} className="text-sm font-medium">
          {props.label}
        </label>
        <p id={`${id}-text`} className="text-sm text-faint">
          {props.text}
        </p>
      </div>
      <Radix.Root
        id={id}
        aria-describedby={`${id}-text`}
        checked={props.checked}
        disabled={props.disabled}
        onCheckedChange={props.onChange}
        className="mt-0.5 h-6 w-10 shrink-0 rounded-full bg-line-strong p-0.5 transition-colors disabled:opacity-50 data-[state=checked]:bg-accent"
      >
        <Radix.Thumb className="block size-5 rounded-full bg-on-accent shadow-raised transition-transform data-[state=checked]:translate-x-4 rtl:data-[state=checked]:-translate-x-4" />
      </Radix.Root>
    </div>
  );
}
