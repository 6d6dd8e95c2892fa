import type { ReactNode } from 'react';
import { useHeadingFocus } from '../../ui/use-heading-focus.ts';

/** What all pages of somebody who is not in have in common. */
export function AuthPage(props: { title: string; text?: string; children: ReactNode; below?: ReactNode }) {
  const heading = useHeadingFocus();
  return (
    <main className="grid h-dvh overflow-y-auto bg-sidebar px-4 py-10">
      <div className="m-auto grid w-full max-w-[380px] gap-6">
        <header className="grid justify-items-center gap-1.5 text-center">
          <img className="mb-3" src="/favicon.svg" alt="" width="44" height="44" />
          <h1 ref={heading} tabIndex={-1} className="text-xl font-semibold tracking-tight outline-none">
            {props.title}
          </h1>
          {props.text !== undefined && <p className="text-sm text-soft">{props.text}</p>}
        </header>
        <div className="rounded-2xl border border-line bg-surface p-6 shadow-raised">{props.children}</div>
        {props.below !== undefined && <div className="text-center text-sm text-soft">{props.below}</div>}
      </div>
    </main>
  );
}
