import { type ComponentProps, useLayoutEffect, useRef } from 'react';

/** A textarea as high as its text, up to the height its style allows. */
export function GrowingTextarea(props: ComponentProps<'textarea'>) {
  const own = useRef<HTMLTextAreaElement>(null);
  // Whatever was rendered: the text, or the width it has.
  useLayoutEffect(() => {
    const box = own.current;
    if (box === null) return;
    box.style.height = '0';
    box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
  });
  return <textarea {...props} ref={own} rows={1} />;
}
