import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useAfterwards } from '../../use-afterwards.ts';
import { type Item, positionOf } from './items.ts';
import { rowsHeldFast, useHeldFast } from './rows-held-fast.ts';

/** So near the end counts as being there. */
const END_PX = 60;
/** It takes no longer to get to a row: after that others may come in without its being looked for. */
const AIM_MS = 500;
/** So near either end of what is held, in screens, the page beyond is fetched. */
const LOAD_SCREENS = 2;
/** Rows that are there beyond the screen on each side. */
const OVERSCAN = 8;
/** About how high most rows are, until they are measured. */
const ROW_PX = 46;
const PADDING_PX = 12;
/** Beyond the first and the last row while there are more to come. */
const MORE_PX = 48;

/** Where a timeline is to go: to its end, or to the message at a position; with `line`, to the line above what is new from there. */
export type Target = 'end' | { readonly position: number; readonly line?: true };

type Rows = ReturnType<typeof useVirtualizer<HTMLDivElement, HTMLDivElement>>;

export interface TimelineScroll extends Place {
  readonly boxRef: RefObject<HTMLDivElement | null>;
  readonly rows: Rows;
  readonly onScroll: () => void;
  /** Brings a row on screen, no further than it takes. */
  readonly show: (index: number) => void;
}

interface Options {
  readonly items: readonly Item[];
  /** The key of the row that is edited. */
  readonly editing: string | null;
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
  /** Where to go as soon as that is held; null for nowhere. */
  readonly target: Target | null;
  readonly onReached: (index: number) => void;
  /** Called near an end of what is held, where there is more. */
  readonly onNear: (end: 'older' | 'newer') => void;
}

/**
 * Has those rows of a timeline in the page that are on screen, and keeps it where its reader is: at the end while they are
 * there, at the same message while others come in on either side, at the line above what is new when they open it.
 */
export function useTimelineScroll(options: Options): TimelineScroll {
  const { items, editing, hasOlder, hasNewer, target, onReached, onNear } = options;
  const boxRef = useRef<HTMLDivElement>(null);
  const heldFast = useHeldFast(boxRef);
  const opened = useRef(false);
  const sticks = useRef(true);
  const height = useRef<number | null>(null);
  const aim = useRef<Aim | null>(null);
  // A screen of rows first: those beyond it take as long again, and nobody sees them yet.
  const begun = useAfterwards(items.length > 0);
  const overscan = begun ? OVERSCAN : 0;
  const [place, setPlace] = useState<Place>({ atEnd: true, visiblePosition: 0 });
  // What it gives is read anew by every render.
  // oxlint-disable-next-line react/incompatible-library
  const rows = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: items.length,
    getScrollElement: () => boxRef.current,
    getItemKey: (index) => items[index]?.key ?? index,
    estimateSize: () => ROW_PX,
    measureElement: (row) => row.getBoundingClientRect().height,
    rangeExtractor: ({ startIndex, endIndex }) =>
      rowsHeldFast(heldFast.current, editing, items, startIndex - overscan, endIndex + overscan),
    paddingStart: hasOlder ? MORE_PX : PADDING_PX,
    paddingEnd: hasNewer ? MORE_PX : PADDING_PX,
    anchorTo: 'end',
    // The end of what is held is not the end while there is more.
    followOnAppend: !hasNewer,
    scrollEndThreshold: hasNewer ? -1 : END_PX,
    initialRect: { width: innerWidth, height: innerHeight },
    initialOffset: Number.MAX_SAFE_INTEGER,
    directDomUpdates: true,
    directDomUpdatesMode: 'position',
  });

  // What changes its height above the screen moves nothing on it, whichever way one scrolls. Whoever waits at the top for a page
  // has its last rows on screen before they are measured, where there was nothing; and the row below may no longer be the first
  // of its group.
  rows.shouldAdjustScrollPositionOnItemSizeChange = ({ key, start }, delta) => {
    const top = rows.scrollOffset ?? 0;
    const joins = top > 0 && (delta < 0 || !rows.itemSizeCache.has(key));
    return joins ? start <= top + MORE_PX : start < top;
  };

  const goTo = (index: number, align: Aim['align']) => {
    aim.current = { key: items[index]?.key, index, align, until: performance.now() + AIM_MS };
    rows.scrollToIndex(index, { align });
  };
  // Rows that come in before a row on its way are counted with it.
  const aimAgain = () => {
    if (aim.current === null) return;
    const { key, index: before, align, until } = aim.current;
    const index = items.findIndex((item) => item.key === key);
    if (performance.now() > until || index === -1) aim.current = null;
    else if (index !== before) goTo(index, align);
  };
  const toEnd = () => {
    aim.current = null;
    rows.scrollToEnd();
  };

  const look = () => {
    const box = boxRef.current;
    if (box === null) return;
    const { scrollTop, clientHeight } = box;
    const below = belowOf(box);
    // What a change of its height leaves below the screen nobody has scrolled away from.
    if (hasNewer || height.current === null || clientHeight === height.current)
      sticks.current = !hasNewer && below < END_PX;
    height.current = clientHeight;
    const last = rows.getVirtualItemForOffset(scrollTop + clientHeight);
    const whole =
      last === undefined || last.end <= scrollTop + clientHeight + 4 ? last?.index : last.index - 1;
    const next = { atEnd: sticks.current, visiblePosition: positionUpTo(items, whole ?? -1) };
    setPlace((before) => (samePlace(before, next) ? before : next));
    if (hasOlder && scrollTop < LOAD_SCREENS * clientHeight) onNear('older');
    if (hasNewer && below < LOAD_SCREENS * clientHeight) onNear('newer');
  };

  // After every commit: what was rendered may have moved what is on screen.
  useLayoutEffect(() => {
    const goes = target === null ? null : indexOf(target, items, { hasOlder, hasNewer });
    if (goes !== null) {
      opened.current = true;
      if (target === 'end') toEnd();
      else goTo(goes, target?.line === true ? 'start' : 'center');
      onReached(goes);
    } else if (!opened.current && target === null && items.length > 0) {
      opened.current = true;
      const line = items.findIndex(({ kind }) => kind === 'unread');
      if (line === -1) toEnd();
      else goTo(line, 'start');
    } else if (sticks.current && !hasNewer && belowOf(boxRef.current) > 1) toEnd();
    else aimAgain();
    look();
  });

  // Sizes of what is gone would be kept for ever.
  useEffect(() => {
    if (rows.itemSizeCache.size < 2 * items.length + 100) return;
    const held = new Set<unknown>(items.map(({ key }) => key));
    for (const key of rows.itemSizeCache.keys()) if (!held.has(key)) rows.itemSizeCache.delete(key);
  }, [rows, items]);

  // A change of size moves things without a commit: the composer grows, a phone is turned.
  useEffect(() => {
    const box = boxRef.current;
    if (box === null) return;
    const observer = new ResizeObserver(() => {
      if (sticks.current) rows.scrollToEnd();
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, [rows]);

  return { boxRef, rows, ...place, onScroll: look, show: (index) => goTo(index, 'auto') };
}

/** A row that the timeline is on its way to. */
interface Aim {
  readonly key: string | undefined;
  readonly index: number;
  readonly align: 'auto' | 'center' | 'start';
  readonly until: number;
}

interface Place {
  readonly atEnd: boolean;
  /** The latest position that is on screen; 0 when none is. */
  readonly visiblePosition: number;
}

/** The row of a target; null while it is not held. */
function indexOf(
  target: Target,
  items: readonly Item[],
  { hasOlder, hasNewer }: Pick<Options, 'hasOlder' | 'hasNewer'>,
): number | null {
  if (items.length === 0) return null;
  if (target === 'end') return hasNewer ? null : items.length - 1;
  const positions = items.flatMap((item) => positionOf(item) ?? []);
  const [first = 0, last = 0] = [positions[0], positions.at(-1)];
  if ((target.position < first && hasOlder) || (target.position > last && hasNewer)) return null;
  const line = target.line === true ? items.findIndex(({ kind }) => kind === 'unread') : -1;
  if (line !== -1) return line;
  // What is not shown here, a reply in a thread, is where it would be.
  const upTo = items.findLastIndex((item) => (positionOf(item) ?? Infinity) <= target.position);
  return upTo === -1 ? items.findIndex((item) => positionOf(item) !== undefined) : upTo;
}

function positionUpTo(items: readonly Item[], index: number): number {
  for (let i = index; i >= 0; i -= 1) {
    const item = items[i];
    const position = item && positionOf(item);
    if (position !== undefined) return position;
  }
  return 0;
}

/** How much of a timeline lies below what is on screen, in pixels. */
function belowOf(box: HTMLElement | null): number {
  return box === null ? 0 : box.scrollHeight - box.scrollTop - box.clientHeight;
}

function samePlace(a: Place, b: Place): boolean {
  return a.atEnd === b.atEnd && a.visiblePosition === b.visiblePosition;
}
