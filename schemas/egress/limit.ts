import { z } from 'zod';

/** Money: millionths of a US dollar, whole, so that sums are exact. */
export const Micros = z.int().nonnegative();

/** How much may be spent, and in what time: a day or a month (UTC), or ever. */
export const Limit = z.object({ micros: Micros, period: z.enum(['day', 'month', 'ever']) });
export type Limit = z.infer<typeof Limit>;

/** Whose limit it is. */
export const LimitScope = z.enum(['workspace', 'user', 'session']);
export type LimitScope = z.infer<typeof LimitScope>;

/** No limit is larger, in dollars: beyond it sums would not be exact. */
const MOST = 1_000_000_000;

/** What somebody said of a limit: `5`, `$5.50/day`, `20/month`, or `none` to lift it. Undefined where it is neither. */
export const readLimit = (said: string): Limit | 'none' | undefined => {
  const text = said.trim().toLowerCase();
  if (/^(none|off)$/.test(text)) return 'none';
  const match = /^\$?(\d{1,10}(?:[.,]\d{1,6})?)\$?(?:\/(day|month))?$/.exec(text);
  const dollars = Number(match?.[1]?.replace(',', '.'));
  if (!match || !(dollars <= MOST)) return undefined;
  return { micros: Math.round(dollars * 1e6), period: match[2] === 'day' || match[2] === 'month' ? match[2] : 'ever' };
};

/** Dollars in words: cents, and more places only where less than a cent would read as nothing. */
export const dollars = (micros: number): string => {
  const places = micros > 0 && micros < 10_000 ? 4 : 2;
  return `$${(micros / 1e6).toFixed(places)}`;
};

/** A limit in words: `$5.00 a day`. */
export const limitWord = ({ micros, period }: Limit): string =>
  period === 'ever' ? `${dollars(micros)} in all` : `${dollars(micros)} a ${period}`;
