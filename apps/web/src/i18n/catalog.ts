import type { en } from './en.ts';

/** One text for each way a language counts, chosen by the parameter `count`. */
export type Plural = { readonly [Rule in Exclude<Intl.LDMLPluralRule, 'other'>]?: string } & {
  readonly other: string;
};

/** The name of something the app says. */
export type Key = keyof typeof en;

/** Everything the app says, in one language. */
export type Catalog = { readonly [K in Key]: (typeof en)[K] extends string ? string : Plural };

type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;
type NamesOf<Message> = Message extends { readonly other: infer Text } ? NamesIn<Text> : NamesIn<Message>;

export type Params = Readonly<Record<string, string | number>>;

/** Nothing for a text without `{names}`, else a value for each. */
export type ArgsOf<K extends Key> = [NamesOf<(typeof en)[K]>] extends [never]
  ? []
  : [params: Readonly<Record<NamesOf<(typeof en)[K]>, string | number>>];

/** The name of a text without parameters. */
export type PlainKey = { [K in Key]: ArgsOf<K> extends [] ? K : never }[Key];
