/** Moves the focus to where one writes in a place, a conversation or a thread: its composer says `data-composer`. */
export function focusComposer(place: string): void {
  document.querySelector<HTMLElement>(`[data-composer="${place}"] textarea`)?.focus();
}
