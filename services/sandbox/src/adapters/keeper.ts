/**
 * Makes sandboxes be as the fleet says. Level-triggered: it looks at how things should stand and at nothing that
 * happened before, so that a lost or repeated call does no harm, and a start of the service puts everything right.
 */
import { valueAt } from '@threadbox/eventsourcing';
import type { Fleet } from '../domain/fleet.ts';
import { counter, histogram } from '@threadbox/metrics';
import { SandboxUnavailable, type Driver } from './driver.ts';

type Ports = {
  driver: Driver;
  load: () => Promise<Fleet>;
  /** The consumer through which the runner reads; making it again changes nothing. */
  openInput: (id: string) => Promise<void>;
  closeInput: (id: string) => Promise<void>;
  mint: (id: string) => Promise<{ natsCreds: string; modelToken: string }>;
  /** The sandbox will not come up; why, in plain words. */
  fail: (id: string, reason: string, cause: string) => Promise<void>;
  log: { info: (fields: object, text: string) => void; warn: (fields: object, text: string) => void };
};

/** Deaths of one runner within WINDOW after which it is not started again. */
const DEATHS = 5;
const WINDOW = 60_000;
const ATTEMPTS = 3;

/** Keeps one driver in line with the fleet. */
export const createKeeper = ({ driver, load, openInput, closeInput, mint, fail, log }: Ports) => {
  const deaths = new Map<string, number[]>();
  const tails = new Map<string, Promise<void>>();
  let closed = false;
  const starts = counter('threadbox_sandbox_starts_total', [
    { outcome: 'started' },
    { outcome: 'retried' },
    { outcome: 'unavailable' },
  ]);
  const took = histogram('threadbox_sandbox_start_seconds');
  const exits = counter('threadbox_sandbox_exits_total', [
    { how: 'died' },
    { how: 'over_limit' },
    { how: 'cannot_start' },
  ]);

  const up = async (id: string, agent: string): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await openInput(id);
        const spec = { id, agent, ...(await mint(id)) };
        const began = performance.now();
        await driver.start(spec);
        took((performance.now() - began) / 1000, {});
        return starts({ outcome: 'started' });
      } catch (error) {
        if (attempt < ATTEMPTS) {
          starts({ outcome: 'retried' });
          await new Promise((resolve) => setTimeout(resolve, 200 * attempt));
          continue;
        }
        starts({ outcome: 'unavailable' });
        if (!(error instanceof SandboxUnavailable)) throw error;
        log.warn({ err: error, sandbox: id }, 'a sandbox does not come up');
        return fail(id, error.message, `start-${Date.now()}`);
      }
    }
  };

  const settle = async (id: string): Promise<void> => {
    const fleet = await load();
    const place = Object.hasOwn(fleet.running, id) ? fleet.running[id] : undefined;
    if (place) return up(id, place.agent);
    const kept = valueAt(fleet.asleep, id) !== undefined || fleet.line.some(({ sandbox }) => sandbox === id);
    if (kept) return driver.stop(id);
    await driver.remove(id);
    await closeInput(id);
  };

  /** One sandbox, one thing at a time. Rejects where it could not be made so; calling again tries again. */
  const converge = async (id: string): Promise<void> => {
    const tail = (tails.get(id) ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => (closed ? undefined : settle(id)));
    tails.set(id, tail);
    await tail.finally(() => {
      if (tails.get(id) === tail) tails.delete(id);
    });
  };

  const retry = (id: string, wait: number): void => {
    setTimeout(() => {
      converge(id).catch((error: unknown) => {
        log.warn({ err: error, sandbox: id }, 'a sandbox could not be brought in line; trying again');
        if (!closed) retry(id, Math.min(wait * 2, 10_000));
      });
    }, wait).unref();
  };

  driver.onExit((id, reason, how) => {
    const now = Date.now();
    exits({ how: how.replace('-', '_') });
    const record = (why: string): void =>
      void fail(id, why, `deaths-${now}`).catch((error: unknown) =>
        log.warn({ err: error, sandbox: id }, 'a failure could not be recorded'),
      );
    if (how !== 'died') {
      log.warn({ sandbox: id, reason, how }, 'a sandbox is not brought up again by itself');
      return record(reason);
    }
    const recent = [...(deaths.get(id) ?? []).filter((at) => now - at < WINDOW), now];
    deaths.set(id, recent);
    log.warn({ sandbox: id, deaths: recent.length, reason }, 'a sandbox ended by itself');
    if (recent.length < DEATHS) return retry(id, 100 * 2 ** recent.length);
    deaths.delete(id);
    record(`${reason}, ${DEATHS} times within a minute`);
  });

  return {
    converge,
    /** Puts everything right that is not: what should run runs, what should not does not, and what nobody knows is removed. */
    convergeAll: async (): Promise<void> => {
      const fleet = await load();
      const there = await driver.list();
      const running = new Set(there.filter((one) => one.running).map(({ id }) => id));
      const waiting = new Set(fleet.line.map(({ sandbox }) => sandbox));
      const missing = Object.keys(fleet.running).filter((id) => !running.has(id));
      const surplus = there
        .map(({ id }) => id)
        .filter((id) => !Object.hasOwn(fleet.running, id))
        .filter((id) => running.has(id) || !(valueAt(fleet.asleep, id) !== undefined || waiting.has(id)));
      for (const id of new Set([...missing, ...surplus])) retry(id, 1);
      log.info(
        {
          running: Object.keys(fleet.running).length,
          waiting: fleet.line.length,
          there: there.length,
          missing: missing.length,
          surplus: surplus.length,
        },
        'the fleet',
      );
    },
    close: async (): Promise<void> => {
      closed = true;
      await Promise.allSettled(tails.values());
      await driver.close();
    },
  };
};
