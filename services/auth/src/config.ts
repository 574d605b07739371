import { natsSettings, shareSettings } from '@threadbox/messaging';
import { databaseSettings } from '@threadbox/projections';
import { z } from 'zod';

/** What the auth service needs of its environment. */
export const settings = z.object({ ...natsSettings.shape, ...shareSettings.shape, ...databaseSettings.shape });
