/** Why something did not work, told at once to those who listen, too; nothing when it did. */
export function Fault({ text }: { text: string | null }) {
  if (text === null) return null;
  return (
    <p className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger" role="alert">
      {text}
    </p>
  );
}
