import { lazily } from '../../lazily.ts';

/** What is shown as an emoji begins so. A property of whole emoji would say it better, and take the browser far longer. */
const emoji = /^(?:\p{Emoji_Presentation}|\p{Emoji}\uFE0F)/u;
/** So many emoji are shown larger; of more, none is. */
const MOST = 3;
const MOST_LENGTH = 60;

const segmenter = lazily(() => new Intl.Segmenter());

/** Whether a text is a few emoji and nothing else. */
export function isEmojiOnly(text: string): boolean {
  if (text.length > MOST_LENGTH || !emoji.test(text.trimStart())) return false;
  const characters = Array.from(segmenter().segment(text), ({ segment }) => segment).filter(
    (segment) => segment.trim() !== '',
  );
  return characters.length <= MOST && characters.every((character) => emoji.test(character));
}
