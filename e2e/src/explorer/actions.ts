import type { InboxEvent } from '@parley/contract';
import { seesNothingAfterRemoval } from './check.ts';
import { failureOf, keptBy, newClient, nextEvent, reopened, serve, tell, without } from './client.ts';
import type { Code } from './code.ts';
import {
  add,
  comeOrGo,
  type Commit,
  type Db,
  edit,
  markRead,
  messageAt,
  newDb,
  reader,
  remove,
  room,
  rename,
  send,
  writer,
} from './database.ts';
import {
  arriveGap,
  checkHeads,
  closeInbox,
  deliver,
  hasWork,
  hears,
  idleServer,
  openInbox,
  type ServerStep,
  takeGap,
  work,
} from './server.ts';
import type { Budget, Server, World } from './world.ts';

/** Something that can happen next, and what comes of it. */
export interface Action {
  readonly name: string;
  /** Whether it happens a bounded number of times: what does not goes on by itself. */
  readonly costs: boolean;
  run(): World;
}

export function newWorld(
  code: Code,
  budget: Budget,
  {
    history,
    servers,
    messages,
    members,
  }: { history: Db['history']; servers: number; messages: number; members: boolean },
): World {
  const db = newDb(history, messages);
  return {
    ...{ db, saved: null, written: writtenIn(db) },
    ...{
      servers: Array.from({ length: servers }, () => idleServer),
      client: newClient(code, members),
      kept: [],
      budget,
      wrong: null,
    },
  };
}

/** Everything that can happen next. */
export function actionsOf(code: Code, world: World): Action[] {
  return [...writing(world), ...onServers(code, world), ...onClient(code, world), ...failing(code, world)];
}

/** What goes on by itself when nothing is written or broken any more. */
export function fairActions(code: Code, world: World): Action[] {
  return [...onServers(code, { ...world, budget: noBudget }), ...onClient(code, world)];
}

export const noBudget: Budget = {
  ...{ send: 0, sendOwn: 0, edit: 0, rename: 0, read: 0, remove: 0, add: 0, restore: 0 },
  ...{ lose: 0, double: 0, disconnect: 0, crash: 0, check: 0, fail: 0, older: 0 },
  ...{ save: 0, reload: 0, guest: 0 },
};

function spend(world: World, what: keyof Budget): World {
  return { ...world, budget: { ...world.budget, [what]: world.budget[what] - 1 } };
}

function committed(world: World, [db, published]: Commit): World {
  const written = new Set([...world.written, ...writtenIn(db)]);
  const servers = world.servers.map((server) =>
    hears(server) ? { ...server, bus: [...server.bus, ...published] } : server,
  );
  return { ...world, db, written, servers };
}

function writtenIn(db: Db): Set<string> {
  return new Set(db.rows.map((_, index) => messageAt(db, index + 1).content));
}

/** The reader's own message: beside its event comes the answer to whoever sent it. */
function sentOwn(world: World): World {
  const after = committed(world, send(world.db, reader));
  const messages = [messageAt(after.db, after.db.rows.length)];
  const { client } = after;
  return {
    ...after,
    client: { ...client, answers: [...client.answers, { type: 'rows', epoch: after.db.epoch, messages }] },
  };
}

function writing(world: World): Action[] {
  const { db, budget } = world;
  const found: Action[] = [];
  const may = (what: keyof Budget, allowed: boolean, run: () => World) => {
    if (budget[what] > 0 && allowed) found.push({ name: what, costs: true, run });
  };
  const commits = (what: keyof Budget, allowed: boolean, commit: () => Commit) =>
    may(what, allowed, () => committed(spend(world, what), commit()));
  commits('send', true, () => send(db, writer));
  may('sendOwn', !db.reader.left, () => sentOwn(spend(world, 'sendOwn')));
  commits('edit', db.rows.length > 0, () => edit(db, 1));
  commits('rename', true, () => rename(db));
  commits('read', !db.reader.left && db.reader.readPosition < db.rows.length, () => markRead(db));
  commits('remove', !db.reader.left, () => remove(db));
  commits('add', db.reader.left, () => add(db));
  commits('guest', true, () => comeOrGo(db));
  // The first of the two makes the backup.
  may('restore', world.saved === null, () => ({ ...spend(world, 'restore'), saved: db }));
  may('restore', world.saved !== null && world.saved.lastSeq < db.lastSeq, () => restored(world));
  return found;
}

function restored(world: World): World {
  const { saved } = world;
  if (saved === null) return world;
  const db = { ...saved, epoch: `${world.db.epoch}'` };
  return committed({ ...spend(world, 'restore'), saved: null }, [db, []]);
}

function withServer(world: World, index: number, [server, events]: ServerStep): World {
  const servers = world.servers.with(index, server);
  if (world.client.server !== index || events.length === 0) return { ...world, servers };
  const wrong = world.wrong ?? seesNothingAfterRemoval(world.db, events);
  const client = { ...world.client, stream: [...world.client.stream, ...events] };
  return { ...world, servers, client, wrong };
}

function onServers(code: Code, world: World): Action[] {
  return world.servers.flatMap((server, index) => onServer(code, world, server, index));
}

function onServer(code: Code, world: World, server: Server, index: number): Action[] {
  const { db, budget } = world;
  const found: Action[] = [];
  const does = (name: string, run: () => ServerStep, from = world) =>
    found.push({
      name: `${name} at ${index}`,
      costs: from !== world,
      run: () => withServer(from, index, run()),
    });
  server.bus.forEach((published, at) => {
    const rest = { ...server, bus: without(server.bus, at) };
    does(`deliver ${at}`, () => deliver(code, rest, published));
    if (budget.lose > 0) does(`lose ${at}`, () => [rest, []], spend(world, 'lose'));
    if (budget.double > 0)
      does(`double ${at}`, () => deliver(code, server, published), spend(world, 'double'));
  });
  if (server.gap?.found === null) does('read gap', () => [takeGap(server, db), []]);
  if (server.gap?.found != null) does('gap arrives', () => arriveGap(code, server));
  if (hasWork(server)) does('work', () => work(code, server, db));
  if (budget.check > 0 && hears(server))
    does('check heads', () => checkHeads(code, server, db), spend(world, 'check'));
  return found;
}

function onClient(code: Code, world: World): Action[] {
  const { client, db } = world;
  const found: Action[] = [];
  const does = (name: string, run: () => World['client']) =>
    found.push({ name, costs: false, run: () => ({ ...world, client: run() }) });
  if (client.stream.length > 0) does('event', () => nextEvent(code, client));
  client.asked.forEach((effect, at) => {
    const rest = { ...client, asked: without(client.asked, at) };
    if (effect.type === 'pause')
      does('retry', () => tell(code, rest, { type: 'retry', conversationId: effect.conversationId }));
    else if (effect.type === 'resubscribe')
      found.push({ name: 'resubscribe', costs: false, run: () => disconnected({ ...world, client: rest }) });
    else if (client.server !== null) does(`serve ${effect.type}`, () => serve(client, at, db));
  });
  client.answers.forEach((answer, at) =>
    does(`answer ${answer.type}`, () =>
      tell(code, { ...client, answers: without(client.answers, at) }, answer),
    ),
  );
  if (client.server === null)
    world.servers.forEach((_, index) =>
      found.push({ name: `connect to ${index}`, costs: false, run: () => connected(code, world, index) }),
    );
  return found;
}

function failing(code: Code, world: World): Action[] {
  const { client, budget } = world;
  const found: Action[] = [];
  if (budget.disconnect > 0 && client.server !== null)
    found.push({ name: 'disconnect', costs: true, run: () => disconnected(spend(world, 'disconnect')) });
  if (budget.crash > 0 && client.server !== null)
    found.push({ name: 'crash', costs: true, run: () => disconnected(spend(world, 'crash')) });
  if (budget.older > 0 && mayHaveOlder(client)) {
    const asks = { type: 'older', conversationId: room } as const;
    found.push({
      name: 'older',
      costs: true,
      run: () => ({ ...spend(world, 'older'), client: tell(code, client, asks) }),
    });
  }
  if (budget.save > 0) {
    const kept = keptBy(code, client);
    const run = () => ({ ...spend(world, 'save'), kept });
    if (kept.length > 0) found.push({ name: 'save', costs: true, run });
  }
  if (budget.reload > 0) {
    for (const readFirst of [true, false]) {
      const run = () => reloaded(code, spend(world, 'reload'), readFirst);
      found.push({ name: readFirst ? 'reload' : 'reload, reading slowly', costs: true, run });
    }
  }
  if (budget.older > 0 && mayHaveMoreMembers(client)) {
    const asks = { type: 'more-members', conversationId: room } as const;
    found.push({
      name: 'more members',
      costs: true,
      run: () => ({ ...spend(world, 'older'), client: tell(code, client, asks) }),
    });
  }
  if (budget.fail === 0) return found;
  client.asked.forEach((effect, at) => {
    const failure = failureOf(effect);
    if (failure === null) return;
    const rest = { ...client, asked: without(client.asked, at) };
    const run = () => ({ ...spend(world, 'fail'), client: tell(code, rest, failure) });
    found.push({ name: `fail ${effect.type}`, costs: true, run });
  });
  return found;
}

/** Everything under way is lost with the client. */
function reloaded(code: Code, world: World, readFirst: boolean): World {
  return { ...disconnected(world), client: reopened(code, world, readFirst) };
}

function mayHaveMoreMembers({ sync }: World['client']): boolean {
  const roster = sync.entries?.get(room)?.roster ?? null;
  return roster !== null && roster.upTo !== null && roster.upTo !== '' && roster.awaited === null;
}

function mayHaveOlder({ sync }: World['client']): boolean {
  const timeline = sync.entries?.get(room)?.timeline;
  return timeline?.loaded === true && timeline.hasOlder && timeline.awaited === null;
}

function connected(code: Code, world: World, index: number): World {
  const server = world.servers[index];
  if (server === undefined) return world;
  const client = tell(code, { ...world.client, server: index, stream: [] }, { type: 'subscribed' });
  return { ...world, client, servers: world.servers.with(index, openInbox(server)) };
}

/** The stream is cut: what was on its way in it is lost, and the server closes the inbox. */
function disconnected(world: World): World {
  const { server: index } = world.client;
  const client = { ...world.client, server: null, stream: [] as readonly InboxEvent[] };
  const server = index === null ? undefined : world.servers[index];
  if (index === null || server === undefined) return { ...world, client };
  return { ...world, client, servers: world.servers.with(index, closeInbox(server)) };
}
