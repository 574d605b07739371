import type { Bus } from '@threadbox/messaging';
import type { Accept, Listener, Platform } from '../port.ts';
import { createRoutes } from './routes.ts';
import { createWebSender } from './sender.ts';
import type { WebSettings } from './settings.ts';

/** What both halves of the web platform share: NATS, where the page's messages are. */
export type WebWorld = { bus: Bus };

const createListener = ({ WEB_USERS: users }: WebSettings, { bus }: WebWorld): Listener => {
  const stopping = new AbortController();
  let taking: Accept | undefined;
  const accept = (): Accept => {
    if (!taking) throw new Error('not listening');
    return taking;
  };
  const routes = createRoutes({ users, bus, accept, signal: stopping.signal });
  return {
    start: (given) => {
      taking = given;
      return Promise.resolve();
    },
    fetch: async (request) => routes.fetch(request),
    stop: () => {
      taking = undefined;
      // Event streams would keep the server open; their pages reconnect and resume.
      stopping.abort();
      return Promise.resolve();
    },
  };
};

/** The chat page that the gateway serves, and its API. Every thread belongs to one user and is alone with the bot. */
export const web: Platform<WebSettings, WebWorld> = {
  name: 'web',
  createListener,
  createSender: (_, { bus }) => createWebSender(bus),
};
