/** Rows with a picture and two lines that are still to come. */
export function SkeletonRows({ label }: { label: string }) {
  return (
    <output aria-label={label} className="block animate-breathe">
      {['w-2/3', 'w-1/2', 'w-3/4', 'w-2/5', 'w-3/5'].map((width) => (
        <span key={width} className="flex items-center gap-3 px-3 py-2.5" aria-hidden>
          <span className="size-10 rounded-full bg-hover" />
          <span className="grid flex-1 gap-2">
            <span className="h-2.5 w-1/3 rounded-full bg-hover" />
            <span className={`h-2 rounded-full bg-hover ${width}`} />
          </span>
        </span>
      ))}
    </output>
  );
}
