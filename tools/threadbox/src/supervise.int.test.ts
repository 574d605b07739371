import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@threadbox/tool-infrastructure';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { supervise, type Supervised } from './supervise.ts';

/** A program that is ready at once, and hangs for ever once somebody asks it to. */
const PROGRAM = `
  require('node:http').createServer((request, response) => {
    if (request.url === '/hang') for (;;);
    response.end();
  }).listen(process.env.PORT, '127.0.0.1');`;

let folder: string;
let supervised: Supervised | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'threadbox-supervise-'));
});
afterEach(async () => {
  await supervised?.stop();
  await rm(folder, { recursive: true });
});

it('ends what hangs, and starts it again', async () => {
  const healthPort = await freePort();
  const program = join(folder, 'program.cjs');
  await writeFile(program, PROGRAM);
  const said: string[] = [];
  supervised = supervise({
    name: 'probe',
    command: [process.execPath, program],
    env: { PORT: String(healthPort) },
    healthPort,
    logFile: join(folder, 'probe.log'),
    say: (line) => said.push(line),
    pulse: { every: 50, patience: 500, misses: 3 },
  });
  await supervised.ready;
  const first = supervised.pid();
  fetch(`http://127.0.0.1:${healthPort}/hang`).catch(() => undefined);
  await vi.waitFor(() => expect(said).toContain('probe is back'), { timeout: 30_000, interval: 50 });
  expect(said.slice(0, 2)).toEqual(['probe hangs; ending it', 'probe ended (SIGKILL); starting it again']);
  expect(supervised.pid()).not.toBe(first);
});
