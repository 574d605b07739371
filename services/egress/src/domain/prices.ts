import type { Tokens } from '@threadbox/schemas';

/** What a model costs, in dollars a million tokens, which is millionths of a dollar a token. */
export type Price = { readonly [Kind in keyof Tokens]: number };

/** Prices by a model's name, as it stands without its date. */
export type PriceTable = Readonly<Record<string, Price>>;

/** Writing to the cache costs a quarter more than input, for an hour twice as much; `read` is what reading costs of it. */
const price = (input: number, output: number, read = 0.1): Price => ({
  input,
  output,
  cacheRead: input * read,
  cacheWrite: input * 1.25,
  cacheWriteHour: input * 2,
});

/**
 * List prices of November 2026 (https://platform.claude.com/docs/en/about-claude/pricing). Of a model with several, such as
 * Haiku 5.5 by the length of the prompt, the dearest. The rehearsal costs nothing.
 */
export const DEFAULT_PRICES: PriceTable = {
  'claude-fable-5-1': price(10, 50, 0.025),
  'claude-mythos-5-1': price(10, 50, 0.025),
  'claude-fable-5': price(10, 50),
  'claude-mythos-5': price(10, 50),
  'claude-opus-5-5': price(4, 20, 0.05),
  'claude-opus-5': price(5, 25),
  'claude-opus-4-8': price(5, 25),
  'claude-opus-4-7': price(5, 25),
  'claude-opus-4-6': price(5, 25),
  'claude-opus-4-5': price(5, 25),
  'claude-opus-4-1': price(15, 75),
  'claude-opus-4': price(15, 75),
  'claude-sonnet-5-5': price(2, 10, 0.05),
  'claude-sonnet-5': price(2, 10),
  'claude-sonnet-4-6': price(3, 15),
  'claude-sonnet-4-5': price(3, 15),
  'claude-sonnet-4': price(3, 15),
  'claude-haiku-5-5': price(0.5, 2.5),
  'claude-haiku-4-5': price(1, 5),
  'claude-3-5-haiku': price(0.8, 4),
  rehearsal: price(0, 0),
};

const KINDS = ['input', 'output', 'cacheRead', 'cacheWrite', 'cacheWriteHour'] as const satisfies ReadonlyArray<
  keyof Tokens
>;

/** What may stand behind a model's name: the day it is of, or a word for the latest or its context. */
const SUFFIX = /^(?:[-@](?:\d{8}|latest))?(?:\[1m\])?$/;

const dearest = (table: PriceTable): Price => {
  const highest = (kind: keyof Tokens): number => Math.max(0, ...Object.values(table).map((known) => known[kind]));
  return {
    input: highest('input'),
    output: highest('output'),
    cacheRead: highest('cacheRead'),
    cacheWrite: highest('cacheWrite'),
    cacheWriteHour: highest('cacheWriteHour'),
  };
};

const nameIn = (table: PriceTable, model: string): string | undefined =>
  Object.keys(table).find((known) => model.startsWith(known) && SUFFIX.test(model.slice(known.length)));

/** A model's name as it stands in the table; `other` for one that does not: what a sandbox calls it is nothing to count by. */
export const knownName = (table: PriceTable, model: string): string => nameIn(table, model) ?? 'other';

/** A model's price: its own, or (`dearest`) the highest that is known, so that nothing unknown is cheap. */
export const priceOf = (table: PriceTable, model: string): { price: Price; priced: 'known' | 'dearest' } => {
  const name = nameIn(table, model);
  const own = name === undefined ? undefined : table[name];
  return own ? { price: own, priced: 'known' } : { price: dearest(table), priced: 'dearest' };
};

/** What tokens cost, in whole millionths of a dollar, rounded up. */
export const costOf = (tokens: Tokens, of: Price): number =>
  // A sum of decimals is a hair above or below what it means.
  Math.ceil(Number(KINDS.reduce((sum, kind) => sum + tokens[kind] * of[kind], 0).toFixed(6)));
