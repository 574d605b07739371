/**
 * How long the whole system takes to start with a long log behind it: from nothing running until every service is ready, and until
 * the first message after that is answered. The log is written as if all of it had been dealt with.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectBus, provision, type Bus } from '@threadbox/messaging';
import { durables, streams } from '@threadbox/schemas';
import { startNats } from '@threadbox/tool-infrastructure';
import { startThreadbox } from '@threadbox/tool-threadbox';
import { benchClient } from './bench-client.ts';
import { writeLog, type Written } from './write-log.ts';

const env = {
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  GATEWAY_PORT: '0',
  DEFAULT_AGENT: 'echo',
};

type Row = Record<string, number>;

/** Starts, is answered once, and ends; seconds. The very first message is somebody’s who says that they own the place. */
const startOnce = async (home: string, isFirst = false): Promise<Row> => {
  const begun = performance.now();
  const box = await startThreadbox({ home, env });
  const ready = performance.now();
  try {
    const bus = await connectBus({ url: box.natsUrl, name: 'admin', creds: box.creds('admin') });
    const client = await benchClient(box, bus);
    if (isFirst) {
      await client.say('bench', 'hello');
      await sleep(500);
      await client.press('bench', 'own:yes');
    }
    const answer = await client.ask('bench', 'after the start');
    client.close();
    await bus.close();
    return { 'ready, s': (ready - begun) / 1000, 'first answer, s': answer / 1000 };
  } finally {
    await box.stop();
  }
};

/** Moves a durable to the end of what is there, as its reader would have: by acknowledging all of it. */
const dealWith = async ({ js, jsm }: Bus, { durable, stream, inFlight }: (typeof durables)[number]): Promise<void> => {
  const { num_pending: pending } = await jsm.consumers.info(stream, durable);
  if (pending === 0) return;
  await jsm.consumers.update(stream, durable, { max_ack_pending: 20_000 });
  const consumer = await js.consumers.get(stream, durable);
  const messages = await consumer.consume({
    max_messages: 10_000,
    ...(inFlight > 1 ? { group: 'readers' } : {}),
  });
  let left = pending;
  for await (const message of messages) {
    message.ack();
    left -= 1;
    if (left === 0) break;
  }
  await messages.close();
  await jsm.consumers.update(stream, durable, { max_ack_pending: inFlight });
};

/** Starts NATS alone, and writes a log (`write`) that then counts as dealt with. */
export const prepare = async (home: string, write: (bus: Bus) => Promise<Written>): Promise<Written> => {
  const nats = await startNats({ folder: home });
  try {
    const bus = await connectBus({ url: nats.url, name: 'admin', creds: nats.credentials.creds('admin') });
    await provision(bus);
    const written = await write(bus);
    for (const durable of durables.filter(({ stream }) => stream === streams.events)) await dealWith(bus, durable);
    await bus.close();
    return written;
  } finally {
    await nats.stop();
  }
};

/** Measures with an empty log and with so many events; `say` hears how far it is. */
export const measureLongLog = async (
  events: number,
  say: (line: string) => void = () => undefined,
): Promise<Record<string, Row>> => {
  const home = await mkdtemp(join(tmpdir(), 'threadbox-bench-'));
  try {
    const rows: Record<string, Row> = {};
    await startOnce(home, true);
    rows['a log of nothing'] = await startOnce(home);
    say(`writing ${events} events …`);
    const written = await prepare(home, (bus) => writeLog(bus, { events }));
    say(`${written.events} events in ${written.commits} commits: starting …`);
    rows['a long log, new to projections and without snapshots'] = await startOnce(home);
    rows['the same again'] = await startOnce(home);
    return rows;
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
};
