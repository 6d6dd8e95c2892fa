import { type ComponentProps, type RefObject, useEffect, useLayoutEffect, useRef } from 'react';

/** A textarea as high as its text, up to the height its style allows. */
export function GrowingTextarea({
  box: given,
  ...props
}: ComponentProps<'textarea'> & { box?: RefObject<HTMLTextAreaElement | null> }) {
  const own = useRef<HTMLTextAreaElement>(null);
  const ref = given ?? own;
  // It is the text that it has to fit.
  // oxlint-disable-next-line react/exhaustive-effect-dependencies
  useLayoutEffect(() => fit(ref.current), [ref, props.value]);
  useEffect(() => {
    const box = ref.current;
    if (box === null) return;
    let width = box.clientWidth;
    const observer = new ResizeObserver(() => {
      if (box.clientWidth === width) return;
      width = box.clientWidth;
      fit(box);
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, [ref]);
  return <textarea {...props} ref={ref} rows={1} />;
}

function fit(box: HTMLTextAreaElement | null): void {
  if (box === null) return;
  box.style.height = '0';
  box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
}
