const emojiOnly = /^(?:\p{RGI_Emoji}|\s){1,20}$/v;
/** So many emoji are shown larger; of more, none is. */
const MOST = 3;

/** Whether a text is a few emoji and nothing else. */
export function isEmojiOnly(text: string): boolean {
  return text.length <= 60 && emojiOnly.test(text) && (text.match(/\p{RGI_Emoji}/gv)?.length ?? 0) <= MOST;
}
