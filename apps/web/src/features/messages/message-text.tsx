import { memo } from 'react';
import { type Segment, segmentsOf } from './segments.ts';

/** A message's text: plain text with links and code set apart, never HTML. */
export const MessageText = memo(function MessageText({ text }: { text: string }) {
  return (
    <span className="written" dir="auto" data-testid="message-text">
      {segmentsOf(text).map((segment, index) => (
        // Segments of one text do not move.
        // oxlint-disable-next-line react/no-array-index-key
        <Piece key={index} segment={segment} />
      ))}
    </span>
  );
});

function Piece({ segment }: { segment: Segment }) {
  switch (segment.kind) {
    case 'text':
      return segment.text;
    case 'code':
      return <code>{segment.text}</code>;
    case 'block':
      return <code data-block>{segment.text}</code>;
    case 'link':
      return (
        <a href={segment.href} target="_blank" rel="noopener noreferrer nofollow">
          {segment.text}
        </a>
      );
  }
}
