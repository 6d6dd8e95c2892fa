/**
 * Who else is typing in a conversation now: what `typing.watch` yields, first and after every change, and again while
 * somebody goes on typing. The one who began first stands first, and of many only the first few are named; `count` is of
 * all. It is void after `limits.typing.expiresMs` without another.
 */
export interface TypingEvent {
  readonly userIds: readonly string[];
  readonly count: number;
}
