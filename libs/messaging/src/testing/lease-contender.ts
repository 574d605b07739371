/**
 * A process that contends for a lease, for tests: while it holds it, it writes its name and term to standard output, again and again,
 * each time after it asked whether it may. SIGTERM ends it gracefully.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectBus } from '../bus.ts';
import { holdLease } from '../lease.ts';

const [url = '', creds = '', lease = '', name = '', instance = ''] = process.argv.slice(2);
const bus = await connectBus({ url, name: 'relay', creds });
const held = holdLease(bus, {
  service: 'relay',
  name: lease,
  instance: instance === '' ? undefined : instance,
  log: { info: () => undefined, error: (_, text) => process.stderr.write(`${text}\n`) },
  lead: async (term) => {
    const ending = new AbortController();
    const work = (async () => {
      while (!ending.signal.aborted) {
        await term.sure();
        process.stdout.write(`${name} ${term.number}\n`);
        await sleep(10);
      }
    })().catch(() => undefined);
    return async () => {
      ending.abort();
      await work;
    };
  },
});
process.on('SIGTERM', () => {
  void held.stop().then(async () => {
    await bus.close();
    process.exit(0);
  });
});
await held.settled;
process.stdout.write(`${name} ready\n`);
