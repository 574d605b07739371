import { z } from 'zod';
import { BalanceCarried } from './balance-carried.ts';
import { LimitNeared } from './limit-neared.ts';
import { LimitReached } from './limit-reached.ts';
import { ReservationReleased } from './reservation-released.ts';
import { UsageMetered } from './usage-metered.ts';
import { UsageReserved } from './usage-reserved.ts';

/** All that happens to a workspace's money for the model. */
export const LedgerEvent = z.discriminatedUnion('type', [
  BalanceCarried,
  UsageReserved,
  UsageMetered,
  ReservationReleased,
  LimitNeared,
  LimitReached,
]);
export type LedgerEvent = z.infer<typeof LedgerEvent>;
