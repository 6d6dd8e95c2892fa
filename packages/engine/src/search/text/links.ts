/** Whether there is a link in a text. */
export function hasLink(text: string): boolean {
  return /(?<![\p{L}\p{N}])https?:\/\/[^\s/]/iu.test(text);
}
