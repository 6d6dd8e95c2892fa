import type { KeyboardEvent } from 'react';
import type { Emoji } from './emoji-data.ts';

const COLUMNS = 8;

/** Emoji in rows of eight, through which arrow keys move. */
export function EmojiGrid(props: {
  label: string;
  emoji: readonly Emoji[];
  onPick: (emoji: string) => void;
}) {
  return (
    // Arrow keys move through the buttons in it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <fieldset
      aria-label={props.label}
      className="grid min-h-0 flex-1 auto-rows-min grid-cols-8 overflow-y-auto overscroll-contain px-2 pb-2"
      data-emoji-grid
      onKeyDown={move}
    >
      {props.emoji.map(({ emoji, name }, index) => (
        <button
          key={emoji}
          type="button"
          className="grid aspect-square place-items-center rounded-lg text-2xl leading-none hover:bg-hover focus-visible:bg-hover focus-visible:-outline-offset-2"
          aria-label={name}
          data-tip={name}
          // One stop of the Tab key for all of them.
          tabIndex={index === 0 ? 0 : -1}
          onClick={() => props.onPick(emoji)}
        >
          <span aria-hidden>{emoji}</span>
        </button>
      ))}
    </fieldset>
  );
}

/** Moves the focus to the first emoji of the picker that an element is in. */
export function focusGrid(element: HTMLElement): void {
  element
    .closest('[data-testid=emoji-picker]')
    ?.querySelector<HTMLElement>('[data-emoji-grid] button')
    ?.focus();
}

function move(event: KeyboardEvent<HTMLElement>): void {
  const { key, currentTarget, target } = event;
  const all = [...currentTarget.querySelectorAll<HTMLElement>('button')];
  const forward = getComputedStyle(currentTarget).direction === 'rtl' ? -1 : 1;
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: forward,
    ArrowLeft: -forward,
    ArrowDown: COLUMNS,
    ArrowUp: -COLUMNS,
  };
  const step = steps[key];
  if (step === undefined) return;
  event.preventDefault();
  const at = all.findIndex((element) => element === target) + step;
  if (at < 0) {
    currentTarget.closest('[data-testid=emoji-picker]')?.querySelector('input')?.focus();
    return;
  }
  all[Math.min(at, all.length - 1)]?.focus();
}
