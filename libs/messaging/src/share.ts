import { SHARES, shares } from '@threadbox/schemas';
import { z } from 'zod';

/** These settings name a replica that there is none of; trying again is no use. */
class Misconfigured extends Error {
  override readonly name = 'Misconfigured';
}

/** What a service that runs more than once takes into its config.ts. */
export const shareSettings = z.object({
  /** How many of it run. */
  REPLICAS: z.coerce.number().int().min(1).max(SHARES).default(1),
  /** Which of them this one is, from 0: a number, or a name that ends in one, such as a StatefulSet's pod has. */
  ORDINAL: z
    .string()
    .regex(/^(?:.*-)?\d{1,4}$/, 'a number, or a name that ends in - and a number')
    .transform((name) => Number(/\d+$/.exec(name)?.[0]))
    .default(0),
});

/** What one replica reads. */
export type Share = {
  /** Which shares of every reading: each is one replica's and no other's. */
  shares: readonly number[];
  /** Whether it does what is not shared, too: one replica does. */
  isFirst: boolean;
};

/** The share of one replica. Throws `Misconfigured` where ORDINAL is not below REPLICAS. */
export const shareOf = ({ REPLICAS: replicas, ORDINAL: ordinal }: z.infer<typeof shareSettings>): Share => {
  if (ordinal >= replicas)
    throw new Misconfigured(`ORDINAL: is ${ordinal}, and of ${replicas} the last is ${replicas - 1}`);
  return { shares: shares.filter((share) => share % replicas === ordinal), isFirst: ordinal === 0 };
};
