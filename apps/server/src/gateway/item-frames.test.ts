import { tracked } from '@trpc/server';
import { expect, test } from 'vitest';
import { textFrame } from './frame.ts';
import { itemFrame } from './item-frames.ts';

/** Counts how often it is made into JSON. */
function counted(): { readonly toJSON: () => unknown; made: number } {
  const item = {
    made: 0,
    toJSON: () => {
      item.made += 1;
      return { text: 'é' };
    },
  };
  return item;
}

test('an item is made into JSON once, whatever it travels in and wherever it goes', () => {
  const item = counted();
  const frames = [
    itemFrame('1', item),
    itemFrame('2', item),
    itemFrame('"a"', tracked('e:1', item)),
    itemFrame('1', tracked('e:2', item)),
    itemFrame('1', [item]),
    itemFrame('1', [item, item]),
  ];
  expect(item.made).toBe(1);
  expect(frames.map((frame) => frame.subarray(2).toString())).toEqual([
    '{"id":1,"result":{"type":"data","data":{"text":"é"}}}',
    '{"id":2,"result":{"type":"data","data":{"text":"é"}}}',
    '{"id":"a","result":{"type":"data","id":"e:1","data":{"id":"e:1","data":{"text":"é"}}}}',
    '{"id":1,"result":{"type":"data","id":"e:2","data":{"id":"e:2","data":{"text":"é"}}}}',
    '{"id":1,"result":{"type":"data","data":[{"text":"é"}]}}',
    '{"id":1,"result":{"type":"data","data":[{"text":"é"},{"text":"é"}]}}',
  ]);
});

test('sockets that use the same subscription id share one buffer', () => {
  const item = counted();
  expect(itemFrame('1', tracked('e:1', item))).toBe(itemFrame('1', tracked('e:1', item)));
  expect(itemFrame('1', [item])).toBe(itemFrame('1', [item]));
  expect(itemFrame('1', item)).not.toBe(itemFrame('2', item));
});

test.each([
  [0, [0x81, 0]],
  [1, [0x81, 1]],
  [125, [0x81, 125]],
  [126, [0x81, 126, 0, 126]],
  [65_535, [0x81, 126, 255, 255]],
  [65_536, [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]],
])('a text of %d bytes has the head that RFC 6455 asks for', (length, head) => {
  const text = 'x'.repeat(length);
  const frame = textFrame(text);
  expect([...frame.subarray(0, head.length)]).toEqual(head);
  expect(frame.subarray(head.length).toString()).toBe(text);
});
