/**
 * `npm run bench`: what Threadbox adds to a message, measured from outside: from the request at the gateway until the
 * answer stands in the chat, all services as separate processes, an agent that answers at once (`echo`). Prints tables;
 * `--json FILE` keeps the figures. It is a measurement, not a test: nothing fails by being slow.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connectBus } from '@threadbox/messaging';
import { testNats } from '@threadbox/tool-infrastructure/testing';
import { startThreadbox } from '@threadbox/tool-threadbox';
import { benchClient } from './bench-client.ts';
import { measureHop } from './floor.ts';
import { logSuites } from './log-suites.ts';
import { summarize } from './statistics.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    messages: { type: 'string', default: '300' },
    chats: { type: 'string', default: '8' },
    rate: { type: 'string', default: '50' },
    count: { type: 'string', default: '10' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  console.log(`npm run bench -- [--messages 300] [--chats 8] [--rate 50] [--json FILE]   messages
npm run bench -- sandboxes [--count 10] [--json FILE]                    first answers, with and without a pool
npm run bench -- rebuild|aggregate|long-log [--json FILE]                what a long log costs`);
  process.exit(0);
}
const suite = Object.entries(logSuites).find(([name]) => name === positionals[0])?.[1];
if (suite) {
  const rows = await suite.run({ scale: 1 });
  console.log(`${suite.title}: ${suite.about}`);
  console.table(rows);
  if (values.json !== undefined)
    await writeFile(values.json, JSON.stringify({ at: new Date().toISOString(), rows }, null, 2));
  process.exit();
}
if (positionals[0] === 'sandboxes') {
  const { measureSandboxes } = await import('./sandboxes.ts');
  const rows = await measureSandboxes(Number(values.count));
  for (const row of Object.values(rows)) for (const name of Object.keys(row)) row[name] = Math.round(row[name] ?? 0);
  console.table(rows);
  if (values.json !== undefined)
    await writeFile(values.json, JSON.stringify({ at: new Date().toISOString(), rows }, null, 2));
  process.exit();
}
const count = Number(values.messages);
const chats = Number(values.chats);
const rate = Number(values.rate);
const rows: Record<string, Record<string, number>> = {};
const round = (row: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Math.round(value * 100) / 100]));

const floor = await testNats();
const floorBus = await floor.connect('admin');
await measureHop(floorBus, 100);
rows['one JetStream hop (floor)'] = round(summarize(await measureHop(floorBus, count)));
await floorBus.close();
await floor.stop();

const home = await mkdtemp(join(tmpdir(), 'threadbox-bench-'));
const box = await startThreadbox({
  home,
  env: {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    GATEWAY_PORT: '0',
    DEFAULT_AGENT: 'echo',
    MAX_SANDBOXES: String(chats),
  },
  progress: (line) => console.log(line),
});
try {
  const bus = await connectBus({ url: box.natsUrl, name: 'admin', creds: box.creds('admin') });
  const client = await benchClient(box, bus);
  await client.say('chat-0', 'hello');
  await sleep(500);
  await client.press('chat-0', 'own:yes');
  // Warm: every sandbox is up, every path was run.
  await Promise.all(
    Array.from({ length: chats }, async (_, n) => {
      for (let times = 0; times < 10; times += 1) await client.ask(`chat-${n}`, 'warm');
    }),
  );

  const alone: number[] = [];
  for (let n = 0; n < count; n += 1) alone.push(await client.ask('chat-0', 'alone'));
  rows['one chat, one message after another'] = round(summarize(alone));

  const together: Array<Promise<number>> = [];
  for (let n = 0; n < count * 2; n += 1) {
    together.push(client.ask(`chat-${n % chats}`, 'together'));
    await sleep(1000 / rate);
  }
  rows[`${chats} chats, ${rate} messages a second`] = round(summarize(await Promise.all(together)));

  const memory: Record<string, number> = {};
  for (const service of ['gateway', 'auth', 'session', 'sandbox', 'relay', 'egress']) {
    const status = await readFile(`/proc/${box.pid(service)}/status`, 'utf8').catch(() => '');
    memory[service] = Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024);
  }
  client.close();
  await bus.close();

  console.log(
    `\nMilliseconds from request to answer in the chat; ${cpus().length} cores, Node ${process.version}, agent: echo\n`,
  );
  console.table(rows);
  console.log('Memory of the services after it, in MB\n');
  console.table([{ ...memory, together: Object.values(memory).reduce((sum, mb) => sum + mb, 0) }]);
  if (values.json !== undefined)
    await writeFile(values.json, JSON.stringify({ at: new Date().toISOString(), rows, memory }, null, 2));
} finally {
  await box.stop();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
}
process.exit();
