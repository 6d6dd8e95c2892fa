import type { ReactNode } from 'react';

/** What is shown where there is nothing, and what one can do about it. */
export function Empty(props: {
  icon: ReactNode;
  title: string;
  /** Whether it is all that there is on the page. */
  page?: boolean;
  text?: ReactNode;
  children?: ReactNode;
}) {
  const Title = props.page === true ? 'h1' : 'p';
  return (
    <div className="m-auto grid max-w-80 justify-items-center gap-1 p-6 text-center">
      <span className="mb-2 grid size-12 place-items-center rounded-2xl bg-hover text-faint" aria-hidden>
        {props.icon}
      </span>
      <Title className="text-sm font-semibold">{props.title}</Title>
      {props.text !== undefined && <p className="text-sm text-faint">{props.text}</p>}
      {props.children !== undefined && <div className="mt-3">{props.children}</div>}
    </div>
  );
}
