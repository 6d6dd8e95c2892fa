import { Users } from 'lucide-react';
import { useSpeech } from '../../i18n/provider.tsx';
import { cx } from '../../ui/cx.ts';
import { Avatar } from '../users/avatar.tsx';
import type { MentionOption } from './use-mention-options.ts';

/** Whom a name that is being written may mean, above where it is written. */
export function MentionBox(props: {
  id: string;
  options: readonly MentionOption[];
  active: number;
  onPick: (option: MentionOption) => void;
}) {
  const { id, options, active, onPick } = props;
  const { t } = useSpeech();
  return (
    // The text field's keys choose among the options: no element of HTML is such a list.
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="listbox"
      id={id}
      aria-label={t('mention.label')}
      className="absolute inset-x-0 bottom-full z-10 mb-2 w-full max-w-80 animate-appear rounded-xl bg-raised p-1 shadow-floating"
      data-testid="mention-box"
    >
      {options.map((option, index) => (
        // The focus stays in the text.
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
        <div
          key={option.id}
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
          role="option"
          id={`${id}-${option.id}`}
          aria-selected={index === active}
          data-testid="mention-option"
          className={cx(
            'flex items-center gap-3 rounded-lg px-2 py-1.5 text-sm hover:bg-hover',
            index === active && 'bg-selected',
          )}
          // Before the text loses the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onPick(option)}
        >
          {option.person === null ? (
            <span
              className="grid size-8 place-items-center rounded-full bg-selected text-accent-fg"
              aria-hidden
            >
              <Users size={16} />
            </span>
          ) : (
            <Avatar id={option.id} name={option.title} picture={option.person.avatar} size="small" />
          )}
          <span className="min-w-0 flex-1 truncate font-medium">
            <bdi>{option.title}</bdi>
          </span>
          <span className="max-w-2/5 truncate text-xs text-soft">
            <bdi>{option.detail}</bdi>
          </span>
        </div>
      ))}
    </div>
  );
}
