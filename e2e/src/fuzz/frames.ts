import type { Random } from '../chaos/random.ts';

/** What of a WebSocket frame may be wrong. */
interface FrameOptions {
  readonly fin: boolean;
  /** The three reserved bits. */
  readonly reserved: number;
  readonly opcode: number;
  readonly masked: boolean;
  /** The length that is told, when it is not the payload's own; in the form of that many bytes. */
  readonly told: { readonly length: bigint; readonly bytes: 0 | 2 | 8 } | null;
}

const fine: FrameOptions = { fin: true, reserved: 0, opcode: 1, masked: true, told: null };

/** A text frame as clients send it. */
export function textFrame(text: string): Buffer {
  return frame(Buffer.from(text), fine);
}

function frame(payload: Buffer, { fin, reserved, opcode, masked, told }: FrameOptions): Buffer {
  const length = told?.length ?? BigInt(payload.length);
  const bytes = told?.bytes ?? (length < 126n ? 0 : length < 65_536n ? 2 : 8);
  const head = Buffer.alloc(2 + bytes + (masked ? 4 : 0));
  head[0] = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  head[1] = (masked ? 0x80 : 0) | (bytes === 0 ? Number(length & 0x7fn) : bytes === 2 ? 126 : 127);
  if (bytes === 2) head.writeUInt16BE(Number(length & 0xffffn), 2);
  if (bytes === 8) head.writeBigUInt64BE(length, 2);
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat([head, payload]);
}

const text = 1;
const continuation = 0;
const close = 8;
const ping = 9;
const lies = [0n, 1n, 125n, 126n, 65_535n, 65_536n, 65_537n, 2n ** 31n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];

/** One or more frames of which something is wrong, or odd. */
export function oddFrames(message: string, random: Random): Buffer {
  const payload = Buffer.from(message, 'latin1');
  const kind = random.between(0, 9);
  switch (kind) {
    case 0:
      return frame(payload, { ...fine, opcode: random.between(0, 15) });
    case 1:
      return frame(payload, { ...fine, reserved: random.between(1, 7) });
    case 2:
      return frame(payload, { ...fine, masked: false });
    case 3:
      return frame(payload, {
        ...fine,
        told: { length: random.pick(lies) ?? 0n, bytes: random.pick([0, 2, 8] as const) ?? 0 },
      });
    case 4:
      return Buffer.concat([
        frame(payload.subarray(0, 3), { ...fine, fin: false, opcode: text }),
        frame(Buffer.from('x'), { ...fine, opcode: random.pick([ping, text, close, continuation]) ?? ping }),
        frame(payload.subarray(3), { ...fine, fin: random.chance(0.5), opcode: continuation }),
      ]);
    case 5:
      return Buffer.concat(
        Array.from({ length: random.between(2, 300) }, () =>
          frame(Buffer.from('x'), { ...fine, fin: false, opcode: random.chance(0.9) ? continuation : text }),
        ),
      );
    case 6:
      return frame(Buffer.from([0xc3, 0x28, 0xed, 0xa0, 0x80, 0xff, ...payload]), fine);
    case 7:
      return frame(Buffer.alloc(random.between(100, 200)), {
        ...fine,
        fin: random.chance(0.5),
        opcode: random.between(8, 10),
      });
    case 8: {
      const code = Buffer.alloc(random.between(0, 3));
      if (code.length >= 2)
        code.writeUInt16BE(random.pick([0, 999, 1000, 1005, 1006, 1015, 2999, 4401, 65_535]) ?? 0);
      return frame(Buffer.concat([code, Buffer.from([0xff])]), { ...fine, opcode: close });
    }
    default:
      return Buffer.concat(
        Array.from({ length: random.between(2, 60) }, () =>
          frame(Buffer.from('x'), { ...fine, opcode: ping }),
        ),
      );
  }
}
