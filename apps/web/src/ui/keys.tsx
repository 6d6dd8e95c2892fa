/** Keys to be pressed together. */
export function Keys({ keys }: { keys: readonly string[] }) {
  return (
    <span className="inline-flex gap-0.5" dir="ltr">
      {keys.map((key) => (
        <kbd
          key={key}
          className="inline-grid h-5 min-w-5 place-items-center rounded-sm border border-line px-1 font-sans text-2xs text-soft"
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}
