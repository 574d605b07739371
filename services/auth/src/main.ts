import { runService } from '@threadbox/chassis';
import { connectService, createEventStore, publish, react, readMessage, requestNotice } from '@threadbox/messaging';
import { runProjection } from '@threadbox/projections';
import { chatSubject, Inbound, partitions, streams } from '@threadbox/schemas';
import { settings } from './config.ts';
import { account } from './domain/account.ts';
import { askedWays } from './domain/asked-ways.ts';
import { link } from './domain/link.ts';
import { workspace } from './domain/workspace.ts';
import { membersProjection } from './projections/members.ts';
import { onInbound } from './reactors/on-inbound.ts';

await runService('auth', settings, async ({ config, log, onStop, check }) => {
  const bus = await connectService('auth', config);
  onStop(bus.close);
  check('nats', () => !bus.nc.isClosed());

  const handle = onInbound({
    workspaces: createEventStore(bus, 'workspace', workspace),
    accounts: createEventStore(bus, 'account', account),
    links: createEventStore(bus, 'link', link),
    ways: createEventStore(bus, 'session', askedWays),
    admit: async (message) => {
      await publish(bus, chatSubject('admitted', message.data.conversation), message);
    },
    notify: (notice, cause) => requestNotice(bus, notice, cause),
    recall: (sequence) => readMessage(bus, streams.chat, sequence, Inbound),
  });
  for (const p of partitions) {
    const reader = await react(bus, { durable: `auth-inbound-${p}`, schema: Inbound, log, handle });
    onStop(reader.stop);
  }

  const projection = runProjection({ bus, databaseUrl: config.DATABASE_URL, log, ...membersProjection });
  onStop(projection.stop);
});
