import type { ReactNode } from 'react';

/** What was found of one kind. */
export function ResultSection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid gap-1">
      <h2 className="px-3 text-xs font-semibold text-faint">{title}</h2>
      <ul>{children}</ul>
    </section>
  );
}
