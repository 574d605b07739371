import { runService } from '@threadbox/chassis';
import {
  connectService,
  createEventStore,
  publish,
  react,
  readMessage,
  requestNotice,
  shareOf,
} from '@threadbox/messaging';
import { runProjection } from '@threadbox/projections';
import { chatSubject, CredentialDeposited, credentialSubject, durableOf, Inbound, streams } from '@threadbox/schemas';
import { settings } from './config.ts';
import { account } from './domain/account.ts';
import { credential } from './domain/credential.ts';
import { askedWays } from './domain/asked-ways.ts';
import { link } from './domain/link.ts';
import { workspace } from './domain/workspace.ts';
import { membersProjection } from './projections/members.ts';
import { onInbound } from './reactors/on-inbound.ts';
import { onCredentialDeposited } from './reactors/take-credential.ts';
import { snapshots } from './snapshots.ts';

await runService('auth', settings, async ({ config, log, onStop, check, fail }) => {
  const mine = shareOf(config);
  const bus = await connectService('auth', config, fail);
  onStop(bus.close);
  check('nats', bus.isConnected);

  const ports = {
    workspaces: createEventStore(bus, 'workspace', workspace, { snapshots: snapshots.workspace }),
    accounts: createEventStore(bus, 'account', account),
    links: createEventStore(bus, 'link', link),
    credentials: createEventStore(bus, 'credential', credential),
    publicUrl: config.PUBLIC_URL.replace(/\/+$/, ''),
    empty: async (slot) => {
      await bus.js.publish(credentialSubject(slot), '');
    },
    ways: createEventStore(bus, 'session', askedWays, { snapshots: snapshots.ways }),
    admit: async (message) => {
      await publish(bus, chatSubject('admitted', message.data.conversation), message);
    },
    notify: (notice, cause) => requestNotice(bus, notice, cause),
    recall: (sequence) => readMessage(bus, streams.chat, sequence, Inbound),
  } satisfies Parameters<typeof onInbound>[0];
  for (const share of mine.shares) {
    const inbound = await react(bus, {
      durable: durableOf('auth-inbound', share),
      schema: Inbound,
      keyOf: ({ subject }) => subject,
      log,
      handle: onInbound(ports),
    });
    onStop(inbound.stop);
    const deposits = await react(bus, {
      durable: durableOf('auth-deposit', share),
      schema: CredentialDeposited,
      log,
      handle: onCredentialDeposited(ports),
    });
    onStop(deposits.stop);
  }

  if (!mine.isFirst) return;
  const projection = runProjection({ bus, databaseUrl: config.DATABASE_URL, log, ...membersProjection });
  onStop(projection.stop);
});
