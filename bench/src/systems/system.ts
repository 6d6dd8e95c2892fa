import type { RawSocket } from '../sockets/raw-socket.ts';

/** A chat backend under measurement: its processes run on the first core, all else on the second. */
export interface System extends AsyncDisposable {
  readonly name: string;
  /** What counts as the server: its processor time and memory are theirs together. */
  readonly pids: readonly number[];
  /** Whether what is said is in a database by the time it is acknowledged. */
  readonly stores: boolean;
  /**
   * Makes people and rooms, connects everybody, and has everybody listen to all their rooms.
   * @param rooms for each room who is in it, as indices of people
   */
  gather(people: number, rooms: readonly (readonly number[])[]): Promise<Gathering>;
}

/** People who are connected, and rooms they are in. */
export interface Gathering extends Disposable {
  readonly people: readonly RawSocket[];
  readonly rooms: readonly Room[];
}

export interface Room {
  /** Everybody in it, connected. */
  readonly members: readonly RawSocket[];
  /** One of its members says something; resolves once the server has acknowledged it. */
  say(member: number, content: string): Promise<void>;
  /** Stores so many messages in it, by the shortest way, one after another. Only where messages are stored. */
  fill?(messages: number): Promise<void>;
  /** One of its members reads its latest 50 messages. Only where messages are stored. */
  latest?(member: number): Promise<void>;
}
