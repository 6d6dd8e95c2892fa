import { type ComponentProps, type RefObject, useLayoutEffect, useRef } from 'react';

/** A textarea as high as its text, up to the height its style allows. */
export function GrowingTextarea({
  box: given,
  ...props
}: ComponentProps<'textarea'> & { box?: RefObject<HTMLTextAreaElement | null> }) {
  const own = useRef<HTMLTextAreaElement>(null);
  const ref = given ?? own;
  // Whatever was rendered: the text, or the width it has.
  useLayoutEffect(() => {
    const box = ref.current;
    if (box === null) return;
    box.style.height = '0';
    box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
  });
  return <textarea {...props} ref={ref} rows={1} />;
}
