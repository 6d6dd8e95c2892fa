import { expect, test } from 'vitest';
import { PreferenceStore } from './preferences.ts';

function storage(initial?: string) {
  const kept = new Map<string, string>(initial === undefined ? [] : [['parley.preferences', initial]]);
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}

test('what was chosen is there again, in another tab too', () => {
  const place = storage();
  const [one, other] = [new PreferenceStore(place), new PreferenceStore(place)];
  one.set({ theme: 'dark' });
  other.adopt();
  expect(other.getSnapshot()).toEqual({ theme: 'dark', language: 'system' });
  expect(new PreferenceStore(place).getSnapshot()).toEqual(other.getSnapshot());
});

test.each(['', '{', 'null', '7', '[]', '{"theme":"pink","language":["en"]}'])(
  'what makes no sense is as if it were not there: %j',
  (stored) => {
    expect(new PreferenceStore(storage(stored)).getSnapshot()).toEqual({
      theme: 'system',
      language: 'system',
    });
  },
);

test('where nothing can be stored, a choice holds until the page goes', () => {
  const refuse = (): never => {
    throw new Error('unable to store');
  };
  const store = new PreferenceStore({ getItem: refuse, setItem: refuse });
  store.set({ language: 'ar' });
  expect(store.getSnapshot().language).toBe('ar');
});
