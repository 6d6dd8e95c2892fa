/** What says only how to draw the character before it: as text, or as a picture. */
const variation = /[\u{FE0E}\u{FE0F}]/gu;
/** A character that is drawn as a picture only when told so. One that is given a skin tone is told by that. */
const asTextByItself = /(?!\p{Emoji_Presentation})\p{Emoji}(?!\p{Emoji_Modifier})/gu;
/** An emoji as it is recommended for interchange, the sequences that are one included. */
const oneEmoji = /^\p{RGI_Emoji}$/v;

/** The same emoji in one spelling: keyboards differ in whether they say that a picture is meant. */
export function spelledOut(text: string): string {
  return text.normalize('NFC').replaceAll(variation, '').replaceAll(asTextByItself, '$&\u{FE0F}');
}

/** Whether a text, as `spelledOut` gives it, is exactly one emoji. */
export function isEmoji(text: string): boolean {
  return oneEmoji.test(text);
}
