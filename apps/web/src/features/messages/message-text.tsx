import { splitMentions } from '@parley/sdk';
import { useSession } from '@parley/sdk/react';
import { memo } from 'react';
import { cx } from '../../ui/cx.ts';
import { usePeople } from '../users/use-people.ts';
import { isEmojiOnly } from './emoji-only.ts';
import { type Segment, segmentsOf } from './segments.ts';

interface Said {
  readonly content: string;
  readonly mentions: readonly string[] | undefined;
  readonly mentionsAll: boolean;
}

/** A message's text: plain text with links, code and names set apart, never HTML. */
export const MessageText = memo(function MessageText(said: Said) {
  const { content, mentions, mentionsAll } = said;
  const naming = mentionsAll || (mentions !== undefined && mentions.length > 0);
  return (
    <span
      className={cx('written', isEmojiOnly(content) && 'text-4xl leading-tight')}
      dir="auto"
      data-testid="message-text"
    >
      {segmentsOf(content).map((segment, index) =>
        naming && segment.kind === 'text' ? (
          // Segments of one text do not move.
          // oxlint-disable-next-line react/no-array-index-key
          <Naming key={index} {...said} content={segment.text} />
        ) : (
          // oxlint-disable-next-line react/no-array-index-key
          <Piece key={index} segment={segment} />
        ),
      )}
    </span>
  );
});

function Piece({ segment }: { segment: Segment }) {
  switch (segment.kind) {
    case 'text':
      return segment.text;
    case 'code':
      return <code>{segment.code}</code>;
    case 'block':
      return <code data-block>{segment.code}</code>;
    case 'link':
      return (
        <a href={segment.href} target="_blank" rel="noopener noreferrer nofollow" data-tip={segment.host}>
          {segment.text}
        </a>
      );
  }
}

/** Text in which people are mentioned. */
function Naming({ content, mentions = [], mentionsAll }: Said) {
  const viewerId = useSession()?.user.id;
  const people = usePeople(mentions);
  const named = mentions.flatMap((id) => people.get(id) ?? []);
  const message = { content, mentions: [...mentions], ...(mentionsAll && { mentionsAll }) };
  return splitMentions(message, named).map((part, index) =>
    part.type === 'text' ? (
      part.text
    ) : (
      // oxlint-disable-next-line react/no-array-index-key
      <b key={index} data-mention={part.type === 'all' || part.userId === viewerId ? 'own' : 'other'}>
        {part.text}
      </b>
    ),
  );
}
