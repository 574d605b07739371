import { z } from 'zod';
import { Balance } from './balance.ts';

/** A new day's first event: all that was before it, so that nobody has to read the days before. */
export const BalanceCarried = z.object({ type: z.literal('balance-carried'), at: z.iso.datetime(), balance: Balance });
export type BalanceCarried = z.infer<typeof BalanceCarried>;
