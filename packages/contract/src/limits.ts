/** The sizes the server accepts; beyond them it answers `INVALID_INPUT` (or `TOO_LARGE` for a whole request). */
export const limits = {
  /** Unicode code points of a message. */
  messageCharacters: 10_000,
  /** Unicode code points of a conversation's title. */
  titleCharacters: 120,
  usernameCharacters: 32,
  displayNameCharacters: 80,
  /** Of how another system names somebody. */
  externalIdCharacters: 255,
  passwordCharacters: { min: 8, max: 128 },
  /** Rows of one page, of messages, conversations, members or people. */
  pageRows: 100,
  /** Rows of one page of changes. */
  changeRows: 200,
  /** Unicode code points of what is searched for. */
  searchCharacters: 256,
  /** Words and phrases of one search. */
  searchWords: 16,
  /** People, and conversations, that a search can be kept to. */
  searchFilters: 50,
  /** Conversations that are searched in: of more, those with the latest activity. */
  searchConversations: 1_000,
  /** Messages of one page of a search. */
  searchRows: 50,
  /** Unicode code points of what a group is about. */
  descriptionCharacters: 500,
  reactions: {
    /** UTF-16 code units of an emoji as it is given: the longest there are have about fifteen. */
    emojiCharacters: 40,
    /** Different emoji on one message. */
    emojis: 20,
    /** Emoji one person can put on one message. */
    ofOnePerson: 10,
    /** People a message names for an emoji while it is no more than these, and those it names of more. */
    named: { ofFew: 10, ofMany: 3 },
  },
  /** Pinned messages of one conversation. */
  pins: 50,
  /** Messages one person can have saved. */
  saved: 1_000,
  /** Conversations one person can pin. */
  pinnedConversations: 10,
  /** How many entries back from the latest one a conversation can be marked as unread. */
  markUnreadEntries: 10_000,
  /** Members one call can add to a group. */
  membersPerCall: 100,
  /** Members of a group. */
  membersPerGroup: 10_000,
  /** Invitations of a group that are good at the same time. */
  invitationsPerGroup: 100,
  /** For how long an invitation is good, in seconds. */
  invitationSeconds: { min: 60, max: 365 * 24 * 3600, usual: 7 * 24 * 3600 },
  /** Public groups that are put in order of one search: of more, the newest. */
  publicGroupsRanked: 1_000,
  /** Members one message mentions by name. */
  mentionsPerMessage: 50,
  /** Unread messages that mention somebody, as they are told of one conversation: of more, the latest. */
  unreadMentions: 100,
  /** People one `presence.get` or `presence.watch` asks about. */
  presenceUsers: 200,
  /** For how long somebody is typing after saying so, and how often to say it again while it lasts, in milliseconds. */
  typing: { expiresMs: 6_000, renewMs: 3_000 },
  /** People named as typing in one conversation; the others are counted. */
  typistsNamed: 10,
  /** Of those who reply in a thread, how many its root names. */
  threadRepliers: 5,
  /** Replies shown of each thread in the list of those one follows. */
  threadLatest: 2,
  /** Members of a conversation whose receipts can be followed live; of more they are asked for. */
  receiptsWatched: 100,
  /** Conversations one call acknowledges. */
  deliveredMarks: 100,
  /** Bytes of one WebSocket frame from a client. */
  frameBytes: 64 * 1024,
  /** Bytes of one HTTP request body. */
  bodyBytes: 1024 * 1024,
  /** Calls in one tRPC batch. */
  batchCalls: 10,
  /** Calls in flight on one socket. */
  callsInFlight: 32,
  /** Open subscriptions on one socket. */
  subscriptions: 50,
} as const;
