import { defaultRates, type LimitRates, type Rate } from '@parley/engine';
import { z } from 'zod';
import { parseDuration } from './duration.ts';

const most = 1_000_000_000;
const longestSeconds = 86_400;

/** `600/10s`, several of them between commas, or `off`. */
const rates = (unset: readonly Rate[]) =>
  z
    .string()
    .transform((text, context): readonly Rate[] => {
      if (text === 'off') return [];
      const read = text.split(',').map((part) => readRate(part.trim()));
      const known = read.filter((rate) => rate !== null);
      if (known.length === read.length) return known.toSorted((a, b) => a.seconds - b.seconds);
      context.addIssue(
        'must be off, or a count per time of at most a day such as 600/10s, several between commas',
      );
      return z.NEVER;
    })
    .default(unset);

function readRate(text: string): Rate | null {
  const [, count = '', time = ''] = /^(\d{1,10})\/(.+)$/.exec(text) ?? [];
  const seconds = parseDuration(time);
  if (seconds === null || seconds > longestSeconds || Number(count) < 1 || Number(count) > most) return null;
  return { count: Number(count), seconds };
}

/** The variable of each limit. */
export const limitVariables = {
  LIMIT_CALLS: rates(defaultRates.calls),
  LIMIT_OPEN_CALLS: rates(defaultRates.openCalls),
  LIMIT_SIGN_IN: rates(defaultRates.signIn),
  LIMIT_SIGN_IN_ACCOUNT: rates(defaultRates.signInAccount),
  LIMIT_SIGN_IN_ADDRESS: rates(defaultRates.signInAddress),
  LIMIT_REGISTER: rates(defaultRates.register),
  LIMIT_REFRESH: rates(defaultRates.refresh),
  LIMIT_REFRESH_TOKEN: rates(defaultRates.refreshToken),
  LIMIT_PASSWORD: rates(defaultRates.password),
  LIMIT_MAIL: rates(defaultRates.mail),
  LIMIT_MAIL_ADDRESS: rates(defaultRates.mailAddress),
  LIMIT_EXPORT: rates(defaultRates.export),
  LIMIT_SEND: rates(defaultRates.send),
  LIMIT_SEARCH: rates(defaultRates.search),
  LIMIT_SUBSCRIBE: rates(defaultRates.subscribe),
  LIMIT_CONNECT: rates(defaultRates.connect),
};

type Variables = { readonly [name in keyof typeof limitVariables]: readonly Rate[] };

export function ratesOf(variables: Variables): LimitRates {
  return {
    calls: variables.LIMIT_CALLS,
    openCalls: variables.LIMIT_OPEN_CALLS,
    signIn: variables.LIMIT_SIGN_IN,
    signInAccount: variables.LIMIT_SIGN_IN_ACCOUNT,
    signInAddress: variables.LIMIT_SIGN_IN_ADDRESS,
    register: variables.LIMIT_REGISTER,
    refresh: variables.LIMIT_REFRESH,
    refreshToken: variables.LIMIT_REFRESH_TOKEN,
    password: variables.LIMIT_PASSWORD,
    mail: variables.LIMIT_MAIL,
    mailAddress: variables.LIMIT_MAIL_ADDRESS,
    export: variables.LIMIT_EXPORT,
    send: variables.LIMIT_SEND,
    search: variables.LIMIT_SEARCH,
    subscribe: variables.LIMIT_SUBSCRIBE,
    connect: variables.LIMIT_CONNECT,
  };
}
