import { forEver, newId } from '@parley/contract';
import { testParley } from '@parley/engine/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServerProcess } from '../server-process.ts';
import { aspects } from './aspects/table.ts';
import { contradictionsIn } from './contradictions.ts';
import { Device } from './device.ts';
import { Ledger } from './ledger.ts';
import { readStored } from './stored.ts';
import { readTruth, type Truth, truthOf } from './truth.ts';
import { differences, differencesAfter } from './verdict.ts';

// A device shows what is stored; then something else is stored behind its back, which has to be found.
const resources = new AsyncDisposableStack();
const password = 'a password for tests';
let pool: pg.Pool;
let ada: Device;
let grace: Device;
let room: string;

beforeAll(async () => {
  const parley = resources.use(await testParley());
  const { url } = resources.use(await startServerProcess({ databaseUrl: parley.connectionString }));
  pool = new pg.Pool({ connectionString: parley.connectionString, max: 2 });
  resources.defer(() => pool.end());
  const deviceOf = async (username: string) => {
    const { userId } = await parley.person(username, password);
    const made = new Device(username, { userId, username, password }, url, new Ledger());
    resources.defer(() => made.close());
    await made.signIn();
    return made;
  };
  ada = await deviceOf('ada');
  grace = await deviceOf('grace');
  const eve = await deviceOf('eve');
  const { conversations, messages, blocks, settings, drafts } = ada.client;
  const others = [grace.person.userId, eve.person.userId];
  room = (await conversations.create({ participantIds: others, title: 'Room' })).id;
  const { id: direct } = await conversations.create({ participantIds: [grace.person.userId] });
  await conversations.update({ conversationId: room, description: 'About' });
  await ada.client.invitations.create({ conversationId: room, maxUses: 1 });
  await conversations.setRole({ conversationId: room, userId: grace.person.userId, role: 'admin' });
  const say = (device: Device, content: string, extras = {}) =>
    device.client.messages.send({ conversationId: room, content, ...extras });
  await say(grace, 'one');
  const second = await say(ada, 'two');
  await say(ada, 'an answer', { replyTo: second.id });
  const reply = (device: Device, content: string) => say(device, content, { thread: second.id });
  await reply(grace, 'in the thread');
  await reply(ada, 'there, too');
  await reply(grace, 'and again');
  await say(grace, 'three', { mentions: [ada.person.userId] });
  await messages.edit({ messageId: second.id, content: 'two, edited' });
  await ada.client.reactions.add({ messageId: second.id, emoji: '👍' });
  await grace.client.reactions.add({ messageId: second.id, emoji: '🎉' });
  await ada.client.pins.add({ messageId: second.id });
  await ada.client.saved.add({ messageId: second.id });
  await blocks.add({ userId: eve.person.userId });
  await messages.send({ conversationId: direct, content: 'between us' });
  await messages.markRead({ conversationId: room });
  await messages.markUnread({ conversationId: room, position: second.position });
  await settings.set({ conversationId: direct, pinned: true, mutedUntil: forEver });
  drafts.open(direct).set('begun', null);
  await drafts.flush();
  for (const id of [direct, room]) ada.open(id);
});
afterAll(() => resources.disposeAsync());

test('what is stored is shown', async () => {
  expect(await differencesAfter(20_000, ada, () => readTruth(pool))).toEqual([]);
});

/** What would be stored if these statements had been run; they are undone. */
async function truthAfter(...statements: string[]): Promise<Truth> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    for (const statement of statements) await client.query(statement);
    return truthOf(await readStored(client));
  } finally {
    await client.query('rollback');
    client.release();
  }
}

const inRoom = () => `conversation_id = '${room}'`;
const spoils: readonly (readonly [keyof typeof aspects, string, () => string])[] = [
  ['messages', 'content', () => `update messages set content = 'other' where content = 'one'`],
  ['messages', 'edited', () => `update messages set edited_at = null where edited_at is not null`],
  ['messages', 'deleted', () => `update messages set deleted_at = now() where content = 'one'`],
  ['messages', 'when', () => `update messages set created_at = now() where content = 'one'`],
  ['messages', 'by whom', () => `update messages set sender_id = gen_random_uuid() where content = 'one'`],
  ['messages', 'its seq', () => `update messages set seq = 1000 where content = 'one'`],
  ['messages', 'which count', () => `update messages set ordinal = 0 where content = 'one'`],
  ['messages', 'a notice', () => `update messages set metadata = null where metadata is not null`],
  ['messages', 'one missing', () => `delete from messages where content = 'one'`],
  [
    'messages',
    'one more',
    () => `insert into messages (conversation_id, position, ordinal, id, sender_id, type, content, payload_hash, created_at, seq)
      select conversation_id, position + 1, ordinal + 1, '${newId()}', sender_id, type, content, payload_hash, created_at, seq + 1
      from messages where content = 'three'`,
  ],
  ['conversations', 'description', () => `update conversations set description = null`],
  ['conversations', 'whether public', () => `update conversations set is_public = not is_public`],
  ['conversations', 'title', () => `update conversations set title = 'Other' where id = '${room}'`],
  [
    'conversations',
    'history',
    () => `update conversations set history = 'from-joining' where id = '${room}'`,
  ],
  ['conversations', 'its seq', () => `update conversations set changed_seq = 1000 where id = '${room}'`],
  ['conversations', 'the latest seq', () => `update conversations set last_seq = 1000 where id = '${room}'`],
  [
    'conversations',
    'the latest message',
    () => `update messages set content = 'other' where content = 'three'`,
  ],
  [
    'conversations',
    'order',
    () => `update messages set created_at = now() - interval '1 day' where ${inRoom()}`,
  ],
  [
    'conversations',
    'read',
    () => `update members set read_position = read_position - 1 where user_id = '${ada.person.userId}'`,
  ],
  [
    'conversations',
    'one left',
    () => `update members set left_at = now() where user_id = '${ada.person.userId}' and ${inRoom()}`,
  ],
  ['conversations', 'own role', () => `update members set role = 'member' where role = 'owner'`],
  [
    'conversations',
    'the other person',
    () => `update users set username = 'gracie' where username = 'grace'`,
  ],
  ['members', 'role', () => `update members set role = 'member' where role = 'admin'`],
  ['members', 'one left', () => `update members set left_at = now() where role = 'admin'`],
  [
    'members',
    'joined again',
    () => `update members set joined_seq = 1000, joined_position = 7 where role = 'admin'`,
  ],
  ['members', 'its seq', () => `update members set seq = 1000 where role = 'admin'`],
  ['members', 'a name', () => `update users set display_name = 'Grace' where username = 'grace'`],
  ['messages', 'what it answers', () => `update messages set metadata = null where content = 'an answer'`],
  ['messages', 'reactions', () => `update messages set metadata = metadata - 'reactions'`],
  ['messages', 'own reactions', () => `delete from reactions where user_id = '${ada.person.userId}'`],
  ['messages', 'whether pinned', () => `update messages set metadata = metadata - 'pinned'`],
  ['receipts', 'read', () => `update members set read_position = 1 where role = 'admin'`],
  ['receipts', 'got', () => `update members set delivered_position = 1000 where role = 'admin'`],
  ['receipts', 'kept', () => `update users set read_receipts = 'nobody' where username = 'grace'`],
  ['receipts', 'kept by oneself', () => `update users set read_receipts = 'nobody' where username = 'ada'`],
  ['receipts', 'of a blocked one', () => `delete from blocks`],
  ['threads', 'followed', () => `update thread_followers set following = false`],
  ['threads', 'read', () => `update thread_followers set read_ordinal = 3`],
  ['threads', 'when', () => `update thread_followers set inbox_seq = 1000`],
  ['threads', 'a reply', () => `update messages set content = 'other' where content = 'and again'`],
  [
    'threads',
    'what it hangs on',
    () => `update messages set content = 'other' where content = 'two, edited'`,
  ],
  ['conversations', 'mentioned', () => `update messages set metadata = null where content = 'three'`],
  ['saved', 'one less', () => `delete from saved_messages`],
  ['saved', 'which', () => `update saved_messages set position = position - 1`],
  ['saved', 'when', () => `update saved_messages set saved_at = now()`],
  ['conversations', 'muted', () => `update conversation_settings set muted_until = null`],
  ['conversations', 'archived', () => `update conversation_settings set archived = true`],
  ['conversations', 'pinned', () => `update conversation_settings set pinned_at = null`],
  ['conversations', 'pinned when', () => `update conversation_settings set pinned_at = now()`],
  ['conversations', 'hidden', () => `update conversation_settings set hidden_ordinal = 1000`],
  ['conversations', 'marked', () => `update conversation_settings set unread_position = null`],
  [
    'conversations',
    'marked where',
    () => `update conversation_settings set unread_position = unread_position - 1`,
  ],
  ['conversations', 'set when', () => `update conversation_settings set inbox_seq = 1000`],
  ['drafts', 'text', () => `update drafts set content = 'other'`],
  ['drafts', 'what it answers', () => `update drafts set reply_to = conversation_id`],
  ['drafts', 'one less', () => `delete from drafts`],
  ['blocks', 'one less', () => `delete from blocks`],
  [
    'blocks',
    'one more',
    () =>
      `insert into blocks (blocker_id, blocked_id) values ('${ada.person.userId}', (select id from users where username = 'grace'))`,
  ],
];

test.each(spoils)('of %s it is found: %s', async (aspect, _, statement) => {
  expect(differences(ada, await truthAfter(statement()))).toContainEqual(
    expect.stringContaining(`ada: ${aspect} `),
  );
});

test.each([
  `delete from reactions where emoji = '🎉'`,
  `update reactions set removed_at = now() where emoji = '🎉'`,
  `update reactions set emoji = '👍' where emoji = '🎉'`,
  `update messages set metadata = metadata - 'reactions'`,
  `update messages set metadata = metadata - 'pinned'`,
  `update conversations set member_count = member_count + 1, counted_version = member_version`,
  `update invitations set uses = 2`,
  `delete from thread_replies`,
  `update thread_replies set root_position = root_position - 1`,
  `delete from pins`,
  `update pins set position = position - 1`,
])('a message whose row contradicts what tables say is found: %s', async (statement) => {
  expect(contradictionsIn(await truthAfter())).toEqual([]);
  expect(contradictionsIn(await truthAfter(statement))).not.toEqual([]);
});

test('that somebody is typing is found, until it is over', async () => {
  ada.open(room);
  const truth = await readTruth(pool);
  const typing = () => differences(ada, truth).filter((line) => line.includes('typing'));
  // As on every keystroke: what was said before the other one listened is said again.
  const type = () => grace.client.typing.set({ conversationId: room, typing: true });
  await expect.poll(() => (type(), typing()), { timeout: 10_000 }).toHaveLength(1);
  await expect.poll(typing, { timeout: 20_000 }).toEqual([]);
});

test('each aspect is spoiled above', () => {
  const spoiled = new Set(spoils.map(([aspect]) => aspect));
  expect(Object.keys(aspects).filter((name) => !spoiled.has(name as keyof typeof aspects))).toEqual([
    'typing',
  ]);
});
