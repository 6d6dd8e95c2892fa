import type { RawSocket } from '../sockets/raw-socket.ts';

/** A chat backend under measurement: its processes run on the first core, all else on the second. */
export interface System extends AsyncDisposable {
  readonly name: string;
  /** What counts as the server: its processor time and memory are theirs together. */
  readonly pids: readonly number[];
  /** Whether what is said is in a database by the time it is acknowledged. */
  readonly stores: boolean;
  /** Whether its processes are Node's. */
  readonly node: boolean;
  /**
   * Makes people and rooms, connects everybody, and has everybody listen to all their rooms.
   * @param rooms for each room who is in it, as indices of people
   * @param onConnecting called when everything is made, before the first of them connects
   */
  gather(
    people: number,
    rooms: readonly (readonly number[])[],
    onConnecting?: () => Promise<unknown>,
  ): Promise<Gathering>;
  /** Makes so many more conversations of two, of people who are not connected. */
  fillWith?(conversations: number): Promise<void>;
  /** Resolves once every message can be found; how many seconds that took. */
  indexed?(): Promise<number>;
  /** The 99th percentile of how long its event loop kept others waiting since this was last asked, in milliseconds. */
  eventLoopDelay?(): Promise<number>;
}

/** People who are connected, and rooms they are in. */
export interface Gathering extends Disposable {
  readonly people: readonly RawSocket[];
  readonly rooms: readonly Room[];
  readonly connecting: Connecting;
}

/** What it took to connect everybody, in seconds: of time, and of the server's processor. */
export interface Connecting {
  readonly seconds: number;
  readonly processorSeconds: number;
}

export interface Room {
  /** Everybody in it, connected. */
  readonly members: readonly RawSocket[];
  /** One of its members says something; resolves once the server has acknowledged it. */
  say(member: number, content: string): Promise<void>;
  /** Stores so many messages in it, which say what they are told, by the shortest way. Only where messages are stored. */
  readonly fill?: (messages: number, content?: () => string) => Promise<void>;
  /** One of its members lists their 50 conversations with the latest activity. */
  readonly list?: (member: number) => Promise<void>;
  /** One of its members reads its latest 50 messages. Only where messages are stored. */
  readonly latest?: (member: number) => Promise<void>;
  /** One of its members searches the messages of all their conversations. */
  readonly search?: (member: number, q: string) => Promise<void>;
}
