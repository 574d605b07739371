import type { Accept, Listener, World } from '../port.ts';
import { createRoutes } from './routes.ts';
import type { WebSettings } from './settings.ts';

/** The page and its API, as the gateway's half of the web platform. */
export const createWebListener = (
  { WEB_USERS: users }: WebSettings,
  { bus, shelf }: Pick<World, 'bus' | 'shelf'>,
): Listener => {
  const stopping = new AbortController();
  let taking: Accept | undefined;
  const accept = (): Accept => {
    if (!taking) throw new Error('not listening');
    return taking;
  };
  const routes = createRoutes({ users, bus, shelf, accept, signal: stopping.signal });
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
