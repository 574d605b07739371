import type { Service } from '@threadbox/chassis';
import { connectService, createEventStore } from '@threadbox/messaging';
import { verifyModelToken } from '@threadbox/model-token';
import { startRehearsal } from '@threadbox/rehearsal';
import { credentialSubject } from '@threadbox/schemas';
import { createVault, vaultKeys } from '@threadbox/vault';
import type { z } from 'zod';
import { createCashier } from './adapters/cashier.ts';
import { createGatekeeper } from './adapters/gatekeeper.ts';
import { createLimits, createStandings } from './adapters/standing.ts';
import { createUpstreams } from './adapters/upstreams.ts';
import type { settings } from './config.ts';
import { accountView } from './domain/account-view.ts';
import { ledger } from './domain/ledger.ts';
import { DEFAULT_PRICES } from './domain/prices.ts';
import { sessionView } from './domain/session-view.ts';
import { chooseUpstream, type Upstream } from './domain/upstream.ts';
import { wayLog } from './domain/way-log.ts';
import { workspaceView } from './domain/workspace-view.ts';
import type { ProxyPorts } from './http/proxy.ts';
import { startEgress } from './http/server.ts';
import { snapshots } from './snapshots.ts';

/** Where names lead and what may be reached at all. Production knows one internet; a test brings a small one of its own. */
export type Internet = Pick<ProxyPorts, 'lookup' | 'isReachable'> & { ports: ReadonlySet<number> };

/** The public internet, by the ports of the web. */
export const INTERNET: Internet = { ports: new Set([80, 443]) };

/** How long the end waits for what is still to be booked, in milliseconds. */
const PATIENCE = 5000;

/** Starts egress with its settings; `main.ts` does it with the real internet. */
export const start = async (
  { config, log, onStop, check, fail }: Service<z.infer<typeof settings>>,
  { ports, ...internet }: Internet,
): Promise<void> => {
  const bus = await connectService('egress', config, fail);
  onStop(bus.close);
  check('nats', bus.isConnected);

  const sessions = createEventStore(bus, 'session', sessionView, { snapshots: snapshots.session });
  const accounts = createEventStore(bus, 'account', accountView);
  const standingOf = createStandings({
    sessions,
    workspaces: createEventStore(bus, 'workspace', workspaceView, { snapshots: snapshots.workspace }),
  });
  const wayLogs = createEventStore(bus, 'egress', wayLog, { snapshots: snapshots.ways });
  const gatekeeper = createGatekeeper({ standingOf, wayLogs, settings: config.EGRESS_ALLOW, ports, log });
  onStop(gatekeeper.stop);
  const cashier = createCashier({
    ledgers: createEventStore(bus, 'ledger', ledger, { restates: ({ type }) => type === 'balance-carried' }),
    standingOf,
    limitsOf: createLimits({ accounts }),
    prices: { ...DEFAULT_PRICES, ...config.MODEL_PRICES },
    log,
  });
  onStop(() => cashier.settled(PATIENCE));

  const rehearse = async (): Promise<Upstream> => {
    const rehearsal = await startRehearsal();
    onStop(rehearsal.close);
    return { url: rehearsal.url, headers: {}, pricedAs: 'rehearsal' };
  };
  const chosen = chooseUpstream(config);
  const house = chosen ?? (await rehearse());
  const keys = config.THREADBOX_CREDENTIAL_KEY === undefined ? undefined : vaultKeys(config.THREADBOX_CREDENTIAL_KEY);
  const vault = keys && createVault(bus, { keys, subjectOf: credentialSubject });
  const egress = await startEgress(
    {
      upstreamOf: createUpstreams({ sessions, accounts, vault, house, settings: config }),
      cashier,
      gatekeeper,
      log,
      verify: (token) => verifyModelToken(config.EGRESS_SECRET, token),
      ...internet,
    },
    { host: config.EGRESS_HOST, port: config.EGRESS_PORT, shared: config.SHARED_PORT },
  );
  onStop(egress.close);
  log.info(
    { url: egress.url, model: chosen ? new URL(chosen.url).host : 'rehearsal' },
    chosen ? 'sandboxes reach the model through here' : 'no model credential is set: the rehearsal answers',
  );
};
