import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@parley/contract';
import { cheapHash } from '@parley/engine/testing';
import { Scene } from './actions/scene.ts';
import { act } from './actor.ts';
import { Device, type Person } from './device.ts';
import { drawFault, type Fault } from './faults.ts';
import { judge, type Verdict } from './judge.ts';
import { Ledger } from './ledger.ts';
import { sayWhileAllAreAway } from './parting.ts';
import { Random } from './random.ts';
import { setStage, type Stage } from './stage.ts';
import { readTruth, type Truth } from './truth.ts';
import { differences, differencesAfter, knowsAll } from './verdict.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly servers: number;
  readonly clients: number;
  /** Told what goes on, a line at a time. */
  readonly say: (line: string) => void;
}

export interface ChaosReport extends Verdict {
  readonly ledger: Ledger;
  /** What clients showed otherwise than PostgreSQL had it in the end. */
  readonly different: string[];
  readonly messages: number;
  readonly conversations: number;
  /** From the last thing that was done until everything was equal, twice, in ms. */
  readonly quietMs: number;
}

const password = 'a password for chaos';
/** Devices of one person. */
const devicesEach = 2;
/** One device in so many is where no WebSocket gets through. */
const overHttpEvery = 4;
const firstRooms = 6;
const conversationCap = 40;
const quiescenceMs = 90_000;
const healMs = 60_000;
/** Between the last fault and the last thing that people do. */
const calmMs = 5_000;
const freshAtOnce = 4;

/** Runs clients against servers while everything between them breaks, heals it, and compares. */
export async function chaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, seconds, servers, clients, say } = options;
  const random = new Random(seed);
  const ledger = new Ledger();
  const overHttp = Math.ceil(clients / overHttpEvery);
  say(
    `seed ${seed}: ${servers} servers, ${clients} clients, ${overHttp} of them without WebSocket, ${seconds} s`,
  );
  await using stage = await setStage(servers);
  await using held = new AsyncDisposableStack();
  const people = await register(stage, Math.max(3, Math.ceil(clients / devicesEach)));
  const devices = Array.from({ length: clients }, (_, index) => {
    const person = people[index % people.length];
    if (person === undefined) throw new Error('there is nobody');
    const name = `${person.username}.${Math.floor(index / people.length)}`;
    return new Device(name, person, stage.url, ledger, index % overHttpEvery === 0);
  });
  held.defer(() => devices.forEach((device) => device.close()));
  await Promise.all(devices.map((device) => device.signIn()));
  await makeRooms(devices, people, random.fork());

  const until = Date.now() + seconds * 1_000;
  const progress = setInterval(() => say(progressOf(ledger, devices, until)), 5_000);
  held.defer(() => clearInterval(progress));
  let conversations = firstRooms;
  const mayCreate = () => (conversations += 1) <= conversationCap;
  const scenes = devices.map(
    (device) => new Scene({ device, people, ledger, random: random.fork(), mayCreate }),
  );
  const over = new AbortController();
  const acting = scenes.map((scene) => play(scene, random.fork(), over.signal));
  await breakThings(stage, devices, ledger, random.fork(), until, say);
  // Whoever is cut off reads anew what it holds: so that what it made of the changes themselves is seen, too, all is well
  // for a while.
  await sleep(calmMs);
  over.abort();
  await Promise.all(acting);
  say('all faults are over; waiting until everybody shows what is stored');
  const healed = Date.now();
  const different = await quiesce(stage, devices);
  const said = await sayWhileAllAreAway(stage, people, await readTruth(stage.pool));
  say(`${said} messages said while all were away; waiting again`);
  different.push(...(await quiesce(stage, devices)));
  const quietMs = Date.now() - healed;
  const truth = await readTruth(stage.pool);
  different.push(...(await compareFresh(stage, people, truth)));
  devices.forEach((device) => device.settle());
  const { conversations: stored } = truth;
  const messages = [...stored.values()].reduce((sum, each) => sum + each.messages.length, 0);
  return { ledger, different, messages, conversations: stored.size, quietMs, ...judge(ledger, truth) };
}

/** Makes accounts whose password is cheap to compare: it is not what is looked at here. */
async function register(stage: Stage, count: number): Promise<Person[]> {
  const hash = await cheapHash(password);
  const people = Array.from({ length: count }, (_, index) => ({
    userId: newId(),
    username: `person${index + 1}`,
    password,
  }));
  for (const { userId, username } of people)
    await stage.pool.query(`insert into users (id, email, username, password_hash) values ($1, $2, $3, $4)`, [
      userId,
      `${username}@example.com`,
      username,
      hash,
    ]);
  return people;
}

async function makeRooms(
  devices: readonly Device[],
  people: readonly Person[],
  random: Random,
): Promise<void> {
  for (let room = 0; room < firstRooms; room += 1) {
    const device = devices[room % devices.length];
    const others = people.filter(({ userId }) => userId !== device?.person.userId);
    const invited = others.filter(() => random.chance(0.6));
    await device?.client.conversations.create({
      participantIds: (invited.length === 0 ? others.slice(0, 1) : invited).map(({ userId }) => userId),
      title: `Room ${room}`,
      history: room % 2 === 0 ? 'full' : 'from-joining',
    });
  }
}

async function play(scene: Scene, random: Random, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    await act(scene);
    await sleep(random.between(100, 1_500));
  }
}

/** Begins a fault every few seconds, also while others last, and ends every one of them. */
async function breakThings(
  stage: Stage,
  devices: readonly Device[],
  ledger: Ledger,
  random: Random,
  until: number,
  say: (line: string) => void,
): Promise<void> {
  const busy = new Set<string>();
  const running: Promise<void>[] = [];
  while (Date.now() < until) {
    await sleep(random.between(1_000, 4_000));
    const fault = drawFault(stage, random, busy);
    if (fault === null || Date.now() >= until) continue;
    busy.add(fault.target);
    running.push(
      suffer(fault, ledger, say).then(() => {
        busy.delete(fault.target);
        return measureHealing(stage, devices, ledger);
      }),
    );
  }
  await Promise.all(running);
}

async function suffer(fault: Fault, ledger: Ledger, say: (line: string) => void): Promise<void> {
  ledger.faults.set(fault.name, (ledger.faults.get(fault.name) ?? 0) + 1);
  say(`  ${fault.name} (${fault.target}), for ${fault.lastsMs} ms`);
  try {
    await fault.begin();
    await sleep(fault.lastsMs);
  } finally {
    await fault.end();
  }
}

/** How long until everybody knows all that was stored when a fault ended, whatever else is broken meanwhile. */
async function measureHealing(stage: Stage, devices: readonly Device[], ledger: Ledger): Promise<void> {
  const from = Date.now();
  const truth = await readTruth(stage.pool).catch(() => null);
  while (truth !== null && Date.now() < from + healMs) {
    if (devices.every((device) => knowsAll(device, truth))) {
      ledger.healed.push(Date.now() - from);
      return;
    }
    await sleep(50);
  }
}

/** Waits until every device is equal to what is stored. Returns what is not, in the end. */
async function quiesce(stage: Stage, devices: readonly Device[]): Promise<string[]> {
  const deadline = Date.now() + quiescenceMs;
  for (;;) {
    const truth = await readTruth(stage.pool);
    const found = devices.flatMap((device) => differences(device, truth));
    if (found.length === 0 || Date.now() > deadline) return found;
    await sleep(250);
  }
}

/** Clients that have just been made show the same: what the others hold is not only what they remember. */
async function compareFresh(stage: Stage, people: readonly Person[], truth: Truth): Promise<string[]> {
  const waiting = people.values();
  const found: string[] = [];
  const compareNext = async () => {
    for (const person of waiting) found.push(...(await compareOne(stage, person, truth)));
  };
  await Promise.all(Array.from({ length: freshAtOnce }, compareNext));
  return found;
}

async function compareOne(stage: Stage, person: Person, truth: Truth): Promise<string[]> {
  const device = new Device(`${person.username}, anew`, person, stage.url, new Ledger());
  try {
    await device.signIn();
    for (const [id, { members }] of truth.conversations) if (members.has(person.userId)) device.open(id);
    // What it gets is delivered, which is stored, too.
    return await differencesAfter(20_000, device, () => readTruth(stage.pool));
  } finally {
    device.close();
  }
}

function progressOf(ledger: Ledger, devices: readonly Device[], until: number): string {
  const left = Math.max(0, Math.round((until - Date.now()) / 1_000));
  const online = devices.filter((device) => device.online).length;
  return (
    `${left} s left: ${ledger.acked} of ${ledger.sent.size} sent, ${ledger.deliveries} delivered, ` +
    `${online} of ${devices.length} online, ${ledger.violations.length} violations`
  );
}
