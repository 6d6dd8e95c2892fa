import type { ComponentType } from 'react';

/** What features have added in one place, one after the other. */
export function Slot<P extends object>(props: { of: readonly ComponentType<P>[]; with: P }) {
  return props.of.map((Part, index) => (
    // They are the same for as long as the page lives.
    // oxlint-disable-next-line react/no-array-index-key
    <Part key={index} {...props.with} />
  ));
}
