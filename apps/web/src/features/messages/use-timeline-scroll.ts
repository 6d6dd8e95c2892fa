import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** So near the end counts as being there. */
const END_PX = 60;
/** So near the beginning the page before is fetched. */
const LOAD_PX = 700;

export interface TimelineScroll {
  readonly boxRef: RefObject<HTMLDivElement | null>;
  readonly rowsRef: RefObject<HTMLDivElement | null>;
  readonly atEnd: boolean;
  /** The latest position that is on screen; 0 when none is. */
  readonly visiblePosition: number;
  readonly onScroll: () => void;
  readonly toEnd: () => void;
}

/**
 * Keeps a timeline where its reader is: at the end while they are there, at the same message while older ones come in
 * above, at the line above what is new when they open it.
 */
export function useTimelineScroll(options: {
  firstId: string | undefined;
  lastOutgoingId: string | undefined;
  hasOlder: boolean;
  loadOlder: () => void;
}): TimelineScroll {
  const { firstId, lastOutgoingId, hasOlder, loadOlder } = options;
  const boxRef = useRef<HTMLDivElement>(null);
  const rowsRef = useRef<HTMLDivElement>(null);
  const held = useRef<Held>({ sticks: true, firstId: undefined, outgoingId: undefined, height: 0 });
  const [place, setPlace] = useState<Place>({ atEnd: true, visiblePosition: 0 });

  const look = () => {
    const box = boxRef.current;
    if (box === null) return;
    const fromEnd = box.scrollHeight - box.scrollTop;
    held.current.height = box.scrollHeight;
    held.current.sticks = fromEnd - box.clientHeight < END_PX;
    const next = { atEnd: held.current.sticks, visiblePosition: lastVisiblePosition(box) };
    setPlace((before) => (samePlace(before, next) ? before : next));
    if (hasOlder && box.scrollTop < LOAD_PX) loadOlder();
  };

  // After every commit: what was rendered may have moved what is on screen.
  useLayoutEffect(() => {
    const box = boxRef.current;
    if (box === null) return;
    settle(box, held.current, firstId, lastOutgoingId);
    look();
  });

  // A change of size moves things without a commit: the composer grows, a phone is turned.
  useEffect(() => {
    const box = boxRef.current;
    const rows = rowsRef.current;
    if (box === null || rows === null) return;
    const observer = new ResizeObserver(() => {
      if (held.current.sticks) box.scrollTop = box.scrollHeight;
      held.current.height = box.scrollHeight;
    });
    observer.observe(box);
    observer.observe(rows);
    return () => observer.disconnect();
  }, []);

  const toEnd = () => {
    const box = boxRef.current;
    if (box !== null) box.scrollTop = box.scrollHeight;
  };
  return { boxRef, rowsRef, ...place, onScroll: look, toEnd };
}

interface Place {
  readonly atEnd: boolean;
  readonly visiblePosition: number;
}

/** Where the timeline was, as of the last look. */
interface Held {
  sticks: boolean;
  firstId: string | undefined;
  outgoingId: string | undefined;
  /** Of all rows, in pixels. */
  height: number;
}

function settle(
  box: HTMLElement,
  held: Held,
  firstId: string | undefined,
  outgoingId: string | undefined,
): void {
  const opened = held.firstId === undefined && firstId !== undefined;
  const grewAbove = held.firstId !== undefined && firstId !== held.firstId;
  const wrote = outgoingId !== undefined && outgoingId !== held.outgoingId;
  held.firstId = firstId;
  held.outgoingId = outgoingId;
  const line = opened ? box.querySelector('[data-unread-line]') : null;
  if (line !== null) line.scrollIntoView({ block: 'start' });
  else if (opened || wrote || held.sticks) box.scrollTop = box.scrollHeight;
  // From where it is now: the reader may have scrolled since, and the event of that is still to come.
  else if (grewAbove) box.scrollTop += box.scrollHeight - held.height;
}

function lastVisiblePosition(box: HTMLElement): number {
  const end = box.getBoundingClientRect().bottom + 4;
  const rows = [...box.querySelectorAll<HTMLElement>('[data-position]')];
  const visible = rows.findLast((row) => row.getBoundingClientRect().bottom <= end);
  return Number(visible?.dataset['position'] ?? 0);
}

function samePlace(a: Place, b: Place): boolean {
  return a.atEnd === b.atEnd && a.visiblePosition === b.visiblePosition;
}
