import { z } from 'zod';
import { Micros } from './limit.ts';

const Spent = z.object({ micros: Micros, tokens: z.int().nonnegative() });

/** What somebody spent: on the day `on` (UTC), in its month, and ever. */
export const Account = z.object({ on: z.iso.date(), day: Spent, month: Spent, ever: Spent });
export type Account = z.infer<typeof Account>;

const Held = z.object({ session: z.string(), user: z.string(), micros: Micros, expires: z.iso.datetime() });

/** The whole of a ledger as it stands: sums, never lists of calls, so that it stays small. */
export const Balance = z.object({
  /** The day of the last event; empty before the first. */
  on: z.string(),
  workspace: Account.optional(),
  users: z.record(z.string(), Account),
  sessions: z.record(z.string(), Account),
  /** Calls under way. */
  held: z.record(z.string(), Held),
  /** Calls whose reservation expired: what they cost may still be told. */
  late: z.record(z.string(), Held),
  /** What was said about limits, by limit and period: the threshold, or the day. */
  told: z.record(z.string(), z.string()),
});
export type Balance = z.infer<typeof Balance>;
