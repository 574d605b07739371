import { join } from 'node:path';
import { AckPolicy } from '@nats-io/jetstream';
import type { Log } from '@threadbox/chassis';
import { mintSandboxCredentials } from '@threadbox/credentials';
import { ACK_WAIT, createEventStore, react, withFaultPoints, type Bus, type Term } from '@threadbox/messaging';
import { mintModelToken } from '@threadbox/model-token';
import { runProjection } from '@threadbox/projections';
import { commit, deriveId, FleetEvent, runnerDurable, sandboxSubject, SessionEvent, streams } from '@threadbox/schemas';
import { createKeeper } from './adapters/keeper.ts';
import type { openDriver } from './adapters/open-driver.ts';
import { rootFolder } from './adapters/root.ts';
import type { Config } from './config.ts';
import { FLEET, fleet } from './domain/fleet.ts';
import { sandboxesProjection } from './projections/sandboxes.ts';
import { snapshots } from './snapshots.ts';
import { onSessionCommit } from './reactors/on-session-commit.ts';

/** Milliseconds between two looks at everything, for what nobody told us of. */
const SWEEP = 5 * 60_000;

type Parts = { bus: Bus; config: Config; log: Log; term: Pick<Term, 'sure'> };

/**
 * Decides about the fleet and keeps the sandboxes in line with it; of several services the one that holds the lease. `stop` ends
 * what this process holds: local sandboxes end with it, and begin again with their files wherever this is called next.
 */
export const runFleet = async (parts: Parts, open: typeof openDriver): Promise<() => Promise<void>> => {
  const stops: Array<() => unknown> = [];
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).toReversed()) await step();
  };
  try {
    await begin(parts, open, (step) => void stops.push(step));
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
};

const begin = async (
  { bus, config, log, term }: Parts,
  open: typeof openDriver,
  onStop: (stop: () => unknown) => void,
): Promise<void> => {
  const max = config.MAX_SANDBOXES;
  const fleets = createEventStore(bus, 'fleet', fleet, { snapshots: snapshots.fleet });
  const runner = config.SANDBOX_RUNNER ?? join(rootFolder(), 'services/runner/src/main.ts');
  const opened = await open({ config, nc: bus.nc, runner, log });
  const driver = withFaultPoints('driver', opened, ['start', 'stop', 'remove']);
  const keeper = createKeeper({
    driver,
    log,
    load: async () => {
      // Everything begins with this look. Who stood still must not bring up what another has brought up meanwhile.
      await term.sure();
      return (await fleets.load(FLEET)).state;
    },
    openInput: async (id) => {
      await bus.jsm.consumers.add(streams.sandbox, {
        durable_name: runnerDurable(id),
        filter_subject: sandboxSubject(id, 'in'),
        ack_policy: AckPolicy.Explicit,
        ack_wait: ACK_WAIT * 1e6,
        max_ack_pending: 1000,
      });
    },
    closeInput: async (id) => {
      await bus.jsm.consumers.delete(streams.sandbox, runnerDurable(id)).catch(() => false);
    },
    mint: async (sandboxId) => ({
      natsCreds: await mintSandboxCredentials({
        signingSeed: config.NATS_SIGNING_SEED,
        accountPublicKey: config.NATS_ACCOUNT,
        sandboxId,
        expiresIn: config.SANDBOX_CREDENTIAL_SECONDS,
      }),
      modelToken: await mintModelToken({
        secret: config.EGRESS_SECRET,
        sandboxId,
        expiresIn: config.SANDBOX_CREDENTIAL_SECONDS,
      }),
    }),
    fail: async (sandbox, reason, occasion) => {
      const id = deriveId('sandbox-failed', sandbox, occasion);
      await fleets.decide(
        FLEET,
        { type: 'fail', sandbox, reason: reason.slice(0, 1000), max },
        { id, correlation: id },
      );
    },
  });
  onStop(keeper.close);

  const filling = deriveId('fleet-fill', Date.now(), process.pid);
  await fleets.decide(FLEET, { type: 'fill', max }, { id: filling, correlation: filling });
  await keeper.convergeAll();
  const sweep = setInterval(() => {
    keeper.convergeAll().catch((error: unknown) => log.warn({ err: error }, 'the sandboxes could not be looked at'));
  }, SWEEP);
  onStop(() => clearInterval(sweep));

  const sessions = await react(bus, {
    durable: 'sandbox-sessions',
    schema: commit(SessionEvent),
    log,
    handle: onSessionCommit({ fleets }, { max }),
    keyOf: ({ subject }) => subject,
  });
  onStop(sessions.stop);
  const own = await react(bus, {
    durable: 'sandbox-fleet',
    schema: commit(FleetEvent),
    log,
    // One commit concerns several sandboxes; each is brought in line on its own, and none waits for another.
    handle: async ({ events }) => {
      await Promise.all([...new Set(events.map(({ sandbox }) => sandbox))].map(keeper.converge));
    },
    keyOf: ({ sequence }) => String(sequence),
  });
  onStop(own.stop);

  const projection = runProjection({ bus, databaseUrl: config.DATABASE_URL, log, ...sandboxesProjection });
  onStop(projection.stop);
};
