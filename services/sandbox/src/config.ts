import { secret, seconds } from '@threadbox/chassis';
import { natsSettings } from '@threadbox/messaging';
import { databaseSettings } from '@threadbox/projections';
import { z } from 'zod';

/** What the sandbox service needs of its environment. */
export const settings = z.object({
  ...natsSettings.shape,
  ...databaseSettings.shape,
  /** How many sandboxes run at once; the rest wait in line. */
  MAX_SANDBOXES: z.coerce.number().int().min(1).max(10_000).default(3),
  /** Where sandboxes find their programs. */
  PATH: z.string().default('/usr/local/bin:/usr/bin:/bin'),
  SANDBOX_DRIVER: z.enum(['local']).default('local'),
  /** The folder that holds the local driver's sandboxes. */
  SANDBOX_ROOT: z.string().min(1),
  /** bubblewrap's path. Sandboxes of the local driver have walls made with it, unless SANDBOX_WALLS says that they have none. */
  SANDBOX_BUBBLEWRAP: z.string().startsWith('/').optional(),
  SANDBOX_WALLS: z.enum(['bubblewrap', 'none']).default('bubblewrap'),
  /** More folders that walled sandboxes may read, with colons between: where agents and tools are installed. */
  SANDBOX_READABLE: z.string().optional(),
  /** What one walled sandbox may use: processors, megabytes of memory, processes, and megabytes of files. */
  SANDBOX_CPU: z.coerce.number().min(0.1).max(1024).default(1),
  SANDBOX_MEMORY_MB: z.coerce.number().int().min(256).default(2048),
  SANDBOX_PROCESSES: z.coerce.number().int().min(32).default(512),
  SANDBOX_DISK_MB: z.coerce.number().int().min(64).default(10_240),
  /** The address that sandboxes reach NATS at, where it differs from ours. */
  SANDBOX_NATS_URL: z.string().min(1).optional(),
  /** The seed that signs sandboxes' NATS users, and can sign no others. */
  NATS_SIGNING_SEED: secret(),
  /** The account that those users belong to. */
  NATS_ACCOUNT: z.string().regex(/^A[A-Z2-7]{55}$/, 'an account’s public key'),
  /** Where sandboxes find their model: egress. */
  MODEL_URL: z.url(),
  /** Shared with egress: it signs each sandbox's token. */
  EGRESS_SECRET: secret(),
  /** How long a sandbox's credentials last, in seconds; a sandbox that outlives them is brought up again with new ones. */
  SANDBOX_CREDENTIAL_SECONDS: seconds().default(24 * 60 * 60),
});
