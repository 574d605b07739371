/**
 * A lease: of several processes one at a time does the work, and the others stand by.
 *
 * Semantics
 * - The holder renews it every second. It is sure of it for 2.5 s after it asked for a renewal that was granted; others take it once it
 *   was silent for 3.5 s while they could hear. So two are never sure at once where their clocks run equally fast to within a
 *   quarter: what time it is matters to nobody.
 * - A process that stood still (SIGSTOP, a virtual machine that was moved) finds itself in doubt when it wakes: `sure` lets nothing
 *   pass until NATS said whose the lease is. A call that it had begun before may still arrive: nobody can take that back.
 * - Ended gracefully, the work ends first, and then the next one is told at once. Killed: the next one begins after 3.5 s.
 * - NATS gone: the holder waits in doubt, and nobody else can take it. NATS back: the holder goes on where it was, for
 *   silence counts from when it could be heard again.
 * - Who was killed and comes back under the same name needs not wait for itself. Whoever gives out names (a StatefulSet, our
 *   supervisor) sees to it that two processes never have the same one.
 *
 * Implementation: the last message of one subject says who holds it; each write names the one that it follows (NATS refuses all
 * but the first), so there is one row of holders whatever anybody believes. Whoever waits subscribes to the subject, as a hint.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { observed } from '@threadbox/metrics';
import { leaseSubject, type ServiceName } from '@threadbox/schemas';
import { z } from 'zod';
import type { Bus } from './bus.ts';
import { leaseRecord, type Standing } from './lease-record.ts';
import { beginTerm, times, type OwnTerm, type Term } from './term.ts';

/** What a service that holds leases takes into its config.ts. */
export const leaseSettings = z.object({
  /** This process's name, which no other has at the same time: after a crash it takes up its own lease at once. Left out where nobody sees to that. */
  INSTANCE: z
    .string()
    .regex(/^[\w.-]{1,100}$/, 'a name of letters, digits and - . _')
    .optional(),
});

/** A lease that this process holds, or waits for. */
export type Lease = {
  /** Resolves once the work has begun here, is another's, or nobody wants it any more; rejects with what the first beginning threw. */
  settled: Promise<void>;
  state: () => 'held' | 'in doubt' | 'standby';
  /** Ends the work, and then lets the next one have it. */
  stop: () => Promise<void>;
};

type Options = {
  service: ServiceName;
  name: string;
  /** See `leaseSettings`. */
  instance?: string | undefined;
  /** Begins the work, and tells how to end it. One that throws gives the lease back, and is tried again later. */
  lead: (term: Term) => Promise<() => Promise<void>>;
  log: Record<'info' | 'error', (fields: object, text: string) => void>;
};

/** Milliseconds before who could not begin contends again: somebody else may do better. */
const AFTER_FAILURE = 5000;

/** Contends for a lease until it is stopped, and does the work whenever it is ours. */
export const holdLease = (bus: Bus, { service, name, instance, lead, log }: Options): Lease => {
  const subject = leaseSubject(service, name);
  const record = leaseRecord(bus, subject, times.beat);
  const token = randomUUID();
  const me = { holder: instance ?? token, token };
  const stopping = new AbortController();
  const settled = Promise.withResolvers<void>();
  settled.promise.catch(() => undefined);
  let term: OwnTerm | undefined;

  const state = (): ReturnType<Lease['state']> =>
    term === undefined ? 'standby' : term.isSure() ? 'held' : 'in doubt';
  const unobserve = observed(['threadbox_lease_held'], (observe) =>
    observe('threadbox_lease_held', term === undefined ? 0 : 1, { lease: `${service}.${name}` }),
  );

  let hint = Promise.withResolvers<void>();
  const subscription = bus.nc.subscribe(subject, { callback: () => hint.resolve() });
  stopping.signal.addEventListener('abort', () => hint.resolve());

  const contend = async (isFirst: boolean): Promise<OwnTerm | undefined> => {
    let mayInherit = isFirst;
    /** The last change that we saw, and when we had it. */
    let seen: { sequence: number; at: number } | undefined;
    while (!stopping.signal.aborted) {
      hint = Promise.withResolvers<void>();
      let wait: number = times.beat;
      try {
        const standing = await record.look();
        if (seen?.sequence !== standing.sequence) seen = { sequence: standing.sequence, at: performance.now() };
        const left = isFree(standing, mayInherit) ? 0 : seen.at + times.silence - performance.now();
        mayInherit = false;
        if (left <= 0) {
          const mine = await beginTerm(record, standing.sequence, me);
          if (mine) return mine;
          continue;
        }
        settled.resolve();
        wait = Math.min(wait, left);
      } catch {
        // Whom we cannot hear is not silent.
        seen = undefined;
      }
      await Promise.race([hint.promise, sleep(wait, undefined, { ref: false })]);
    }
    return undefined;
  };
  const isFree = (standing: Standing, mayInherit: boolean): boolean =>
    standing.token === undefined || standing.token === token || (mayInherit && standing.holder === me.holder);

  const serve = async (mine: OwnTerm): Promise<void> => {
    term = mine;
    log.info({ lease: name, term: mine.number }, 'holding the lease');
    const stopped = once(stopping.signal);
    void stopped.then(mine.abort);
    let end: (() => Promise<void>) | undefined;
    try {
      end = await lead(mine);
      settled.resolve();
      await Promise.race([mine.lost, stopped]);
    } catch (error) {
      if (!mine.signal.aborted) {
        log.error({ err: error, lease: name }, 'the work of a lease could not begin');
        settled.reject(error);
      }
    }
    if (!stopping.signal.aborted) log.info({ lease: name, term: mine.number }, 'the lease is another’s');
    await end?.().catch((error: unknown) =>
      log.error({ err: error, lease: name }, 'the work of a lease did not end well'),
    );
    const last = await mine.close();
    term = undefined;
    if (last !== undefined) await record.write(last, { holder: me.holder }).catch(() => undefined);
    if (!end) await sleep(AFTER_FAILURE, undefined, { signal: stopping.signal }).catch(() => undefined);
  };

  const running = (async () => {
    for (let isFirst = true; !stopping.signal.aborted; isFirst = false) {
      const mine = await contend(isFirst);
      if (mine) await serve(mine);
    }
  })();

  return {
    settled: settled.promise,
    state,
    stop: async () => {
      stopping.abort();
      await running;
      subscription.unsubscribe();
      unobserve();
      settled.resolve();
    },
  };
};

const once = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
