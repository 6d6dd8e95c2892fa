import type { ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';

/** A form with one button, and what went wrong above it. */
export function AuthForm(props: {
  label: string;
  submit: string;
  busy: boolean;
  fault: string | null;
  onSubmit: (form: FormData) => void;
  children: ReactNode;
}) {
  return (
    <form
      className="grid gap-4"
      aria-label={props.label}
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit(new FormData(event.currentTarget));
      }}
    >
      {props.children}
      <Fault text={props.fault} />
      <Button type="submit" kind="primary" className="h-10 w-full" disabled={props.busy}>
        {props.submit}
      </Button>
    </form>
  );
}
