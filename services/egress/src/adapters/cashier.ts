import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore } from '@threadbox/messaging';
import { deriveId, type Balance, type LedgerEvent } from '@threadbox/schemas';
import { LRUCache } from 'lru-cache';
import type { Asked } from '../domain/estimate.ts';
import { obstacleTo, type LedgerCommand, type LimitInForce } from '../domain/ledger.ts';
import { afterCall, type Pace } from '../domain/pace.ts';
import { costOf, knownName, priceOf, type PriceTable } from '../domain/prices.ts';
import { tokensSeen, type Seen } from '../domain/seen.ts';
import { createBookingMetrics } from './booking-metrics.ts';
import { createLanes } from './lanes.ts';
import { withLog } from './log-unreachable.ts';
import type { createLimits, Standing } from './standing.ts';

/** How long a reservation counts when nobody tells how the call went, in milliseconds. */
const EXPIRES = 15 * 60_000;
const PACES = 10_000;

type Ports = {
  ledgers: EventStore<Balance, LedgerCommand, LedgerEvent>;
  standingOf: (sandbox: string) => Promise<Standing>;
  limitsOf: ReturnType<typeof createLimits>;
  prices: PriceTable;
  log: { warn: (fields: object, text: string) => void };
};

/** How a call ended: with an answer, as far as it was seen (undefined: it could not be read), or without any. */
export type Outcome =
  | { kind: 'answered'; seen: Seen | undefined }
  /** The sandbox hung up before anything was seen: what it had asked is paid for. */
  | { kind: 'abandoned' }
  | { kind: 'failed' };

/** A call that may be made. `end` books what it cost, now or when the log is there again; it is not to be waited for. */
export type Ticket = { end: (outcome: Outcome) => void };

type Decided =
  | { kind: 'go'; ticket: Ticket }
  | { kind: 'no-session' }
  /** There is room again in so many seconds. */
  | { kind: 'too-fast'; wait: number }
  | { kind: 'limit'; limit: LimitInForce & { used: number }; asked: number };

/** Decides whether calls may be made, and books what they cost. */
export type Cashier = {
  /** Throws `LogUnreachable`. */
  admit: (sandbox: string, asked: Asked) => Promise<Decided>;
  /** Waits until every call under way has ended and is booked, for so many milliseconds at most. */
  settled: (patience: number) => Promise<void>;
};

const now = (): string => new Date().toISOString();

/** Starts the books of every workspace. */
export const createCashier = ({ ledgers, standingOf, limitsOf, prices, log }: Ports): Cashier => {
  const inLane = createLanes();
  /** Calls that are not booked yet. */
  const open = new Set<Promise<void>>();
  const counted = createBookingMetrics(() => open.size);
  /** Of the sandboxes that called lately; one that is forgotten has been quiet, or is one of very many. */
  const paces = new LRUCache<string, Pace>({ max: PACES });
  const tooFast = (sandbox: string): number | undefined => {
    const { wait, ...pace } = afterCall(paces.get(sandbox), performance.now());
    paces.set(sandbox, pace);
    return wait;
  };

  const decide = (workspace: string, command: LedgerCommand) =>
    inLane(workspace, () =>
      ledgers.decide(workspace, command, {
        id: deriveId('ledger', command.type, command.call),
        correlation: command.call,
      }),
    );

  /** Tries until the log has it; past the reservation's end there is no use. */
  const book = async (workspace: string, command: LedgerCommand): Promise<void> => {
    const deadline = Date.now() + EXPIRES;
    for (let wait = 100; Date.now() < deadline; wait = Math.min(wait * 2, 10_000)) {
      try {
        await decide(workspace, command);
        if (command.type === 'settle') counted.booked(knownName(prices, command.model), command.tokens, command.micros);
        return;
      } catch (error) {
        log.warn({ err: error, call: command.call }, 'a call could not be booked yet');
        await sleep(wait);
      }
    }
  };

  const commandFor = (
    outcome: Outcome,
    asked: Asked,
    reserved: { call: string; micros: number; limits: readonly LimitInForce[] },
  ): LedgerCommand => {
    const { call, micros, limits } = reserved;
    if (outcome.kind === 'failed') return { type: 'release', at: now(), call };
    const settled = { type: 'settle', at: now(), call, limits } as const;
    const seen = outcome.kind === 'answered' ? outcome.seen : undefined;
    const told = seen && tokensSeen(seen);
    const isUnread = outcome.kind === 'answered' && told === undefined && seen?.whole !== false;
    if (isUnread) {
      const { priced } = priceOf(prices, asked.model);
      return { ...settled, model: asked.model, tokens: asked.tokens, micros, priced, learned: 'reserved' };
    }
    const isWhole = seen?.whole === true;
    // Hung up before the model told anything: what it was asked is paid for.
    const tokens = (isWhole ? seen.tokens : told) ?? { ...asked.tokens, output: 0 };
    const model = priceOf(prices, asked.model).priced === 'known' ? asked.model : (seen?.model ?? asked.model);
    const { price, priced } = priceOf(prices, model);
    return { ...settled, model, tokens, micros: costOf(tokens, price), priced, learned: isWhole ? 'told' : 'seen' };
  };

  return {
    admit: (sandbox, asked) =>
      withLog(async () => {
        const { session, workspace: allowance } = await standingOf(sandbox);
        if (session.status === 'none') return { kind: 'no-session' };
        const wait = tooFast(sandbox);
        if (wait !== undefined) return { kind: 'too-fast', wait };
        const { workspace, speaker } = session;
        const call = randomUUID();
        const at = now();
        const limits = await limitsOf(sandbox, { session, workspace: allowance });
        const { price, priced } = priceOf(prices, asked.model);
        if (priced === 'dearest') log.warn({ model: asked.model }, 'a model without a price: the dearest one counts');
        const micros = costOf(asked.tokens, price);
        const expires = new Date(Date.now() + EXPIRES).toISOString();
        const reserve = {
          type: 'reserve',
          at,
          call,
          session: sandbox,
          user: speaker,
          micros,
          expires,
          limits,
        } as const;
        const { state } = await decide(workspace, reserve);
        if (!Object.hasOwn(state.held, call)) {
          const limit = obstacleTo(state, reserve);
          if (!limit) throw new Error('the ledger changed while it was read');
          counted.limited(limit.scope);
          return { kind: 'limit', limit, asked: micros };
        }
        const { promise: booked, resolve } = Promise.withResolvers<void>();
        open.add(booked);
        let isOver = false;
        const end = (outcome: Outcome): void => {
          if (isOver) return;
          isOver = true;
          void book(workspace, commandFor(outcome, asked, { call, micros, limits })).finally(() => {
            open.delete(booked);
            resolve();
          });
        };
        return { kind: 'go', ticket: { end } };
      }),
    settled: async (patience) => {
      const timer = new AbortController();
      await Promise.race([
        Promise.all(open),
        sleep(patience, undefined, { signal: timer.signal }).catch(() => undefined),
      ]);
      timer.abort();
    },
  };
};
