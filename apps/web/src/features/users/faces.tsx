import { useSpeech } from '../../i18n/provider.tsx';
import { Avatar } from './avatar.tsx';
import { nameOf } from './names.ts';
import { usePeople } from './use-people.ts';

const SHOWN = 5;

/** The faces of some people, one over the other; whoever shows them says their names. */
export function Faces({ userIds }: { userIds: readonly string[] }) {
  const { t, formats } = useSpeech();
  const people = usePeople(userIds.slice(0, SHOWN));
  const rest = userIds.length - SHOWN;
  return (
    <span className="flex items-center" aria-hidden>
      {userIds.slice(0, SHOWN).map((id) => (
        <span key={id} className="-ms-1 rounded-full border border-surface first:ms-0">
          <Avatar id={id} name={nameOf(people.get(id), t)} picture={people.get(id)?.avatar} size="tiny" />
        </span>
      ))}
      {rest > 0 && <span className="ms-1 text-2xs text-faint">{`+${formats.number(rest)}`}</span>}
    </span>
  );
}
