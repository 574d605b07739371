/**
 * The sandbox service with sandboxes that cost nothing: a stand-in for whatever runs them. Everything else is real: the fleet, its places,
 * the runners' consumers. `runner.ts` answers for all of them.
 */
import { runService } from '@threadbox/chassis';
import { settings } from '../../../../services/sandbox/src/config.ts';
import { start } from '../../../../services/sandbox/src/start.ts';

const there = new Map<string, boolean>();

await runService('sandbox', settings, (service) =>
  start(service, async () => ({
    start: async ({ id }) => void there.set(id, true),
    stop: async (id) => void there.set(id, false),
    remove: async (id) => void there.delete(id),
    list: async () => [...there].map(([id, running]) => ({ id, running })),
    onExit: () => undefined,
    close: async () => undefined,
  })),
);
