import { z } from 'zod';
import { half, type Platform } from '../port.ts';
import { webSettings } from './settings.ts';

/** The chat page that the gateway serves, and its API. Every thread belongs to one user and is alone with the bot. */
export const web: Platform = {
  name: 'web',
  hearing: half({
    switch: 'WEB_USERS',
    settings: webSettings,
    create: async (settings, world) => (await import('./listener.ts')).createWebListener(settings, world),
  }),
  writing: half({
    // The page's users are the gateway's business: a sender needs none of them.
    switch: undefined,
    settings: z.object({}),
    create: async (_, { bus }) => (await import('./sender.ts')).createWebSender(bus),
  }),
};
