import { seconds } from '@threadbox/chassis';
import { natsSettings, shareSettings } from '@threadbox/messaging';
import { databaseSettings } from '@threadbox/projections';
import { agents, AllowList } from '@threadbox/schemas';
import { z } from 'zod';

/** What the session service needs of its environment. */
export const settings = z.object({
  ...natsSettings.shape,
  ...shareSettings.shape,
  ...databaseSettings.shape,
  /** Seconds without a word after which a session's sandbox is put to sleep. */
  IDLE_AFTER_SECONDS: seconds().default(1800),
  /** The agent of sessions that name none. */
  DEFAULT_AGENT: z.enum(agents).default('claude'),
  /** What egress lets every sandbox reach, so that `/claude allowed` can show it. */
  EGRESS_ALLOW: AllowList,
});
