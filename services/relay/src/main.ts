import { runService } from '@threadbox/chassis';
import { connectService, react, type Reader } from '@threadbox/messaging';
import { connectDatabase } from '@threadbox/projections';
import { Outbound, partitions, SandboxOutput } from '@threadbox/schemas';
import { createFiles } from './adapters/files.ts';
import { untilDone } from './adapters/patience.ts';
import { createRecord } from './adapters/record.ts';
import { createSenders } from './adapters/senders.ts';
import { createTurns } from './adapters/turns.ts';
import { createWriter } from './adapters/writer.ts';
import { settings } from './config.ts';
import { onOutbound } from './reactors/on-outbound.ts';
import { onSandboxOutput } from './reactors/on-sandbox-output.ts';

await runService('relay', settings, async ({ config, log, onStop, check }) => {
  const bus = await connectService('relay', config);
  onStop(bus.close);
  check('nats', () => !bus.nc.isClosed());
  const sql = connectDatabase(config.DATABASE_URL, { connections: 8 });
  onStop(() => sql.end({ timeout: 2 }));

  const stopping = new AbortController();
  const { signal } = stopping;
  const record = createRecord(sql);
  const patience = { signal, onFailure: (err: unknown) => log.warn({ err }, 'waiting for Postgres') };
  await untilDone(record.prepare, patience);
  const penalties = await untilDone(record.penalties, patience);

  const writer = createWriter({ senders: createSenders(config, { bus, log }), record, log, signal, penalties });
  const turns = createTurns({ record, writer });
  const outbound = onOutbound({ writer, turns, record, log });
  const output = onSandboxOutput({ writer, turns, files: createFiles(bus), log });

  const readers: Reader[] = [];
  for (const p of partitions) {
    readers.push(
      await react(bus, {
        durable: `relay-outbound-${p}`,
        schema: Outbound,
        handle: outbound,
        keyOf: ({ subject }) => subject,
        log,
      }),
      await react(bus, {
        durable: `relay-output-${p}`,
        schema: SandboxOutput,
        handle: output,
        keyOf: ({ subject }) => subject,
        // Pieces of an answer pass by here by the hundred; the answer itself is worth a span.
        traced: ({ type }) => type === 'turn-finished',
        log,
      }),
    );
  }
  onStop(async () => {
    // What waits for a platform or for Postgres is given up, and comes again to our successor.
    stopping.abort(new Error('the relay is stopping'));
    writer.stop();
    await Promise.all(readers.map((reader) => reader.stop()));
  });
});
