/** A service as a real process. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let folder: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'threadbox-service-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

const index = join(import.meta.dirname, 'index.ts');
const run = async (
  body: string,
  env: Record<string, string>,
  settings = '{}',
): Promise<{ child: ChildProcess; text: () => string; exit: Promise<number | null> }> => {
  const file = join(folder, 'main.ts');
  const zod = import.meta.resolve('zod');
  await writeFile(
    file,
    `import { runService, secret } from ${JSON.stringify(index)};\nimport { z } from ${JSON.stringify(zod)};\nawait runService('probe', z.object(${settings}), async ({ config, log, onStop, check, tell, fail }) => { ${body} });`,
  );
  const started = spawn(process.execPath, [file], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child = started;
  let text = '';
  for (const stream of [started.stdout, started.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return {
    child: started,
    text: () => text,
    exit: new Promise((resolve) => {
      started.once('exit', resolve);
    }),
  };
};
const ready = async (text: () => string): Promise<number> => {
  for (;;) {
    const port = /"health":(\d+)/.exec(text())?.[1];
    if (port !== undefined) return Number(port);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
const get = async (port: number, path: string) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: response.status, text: await response.text() };
};

it('names every setting that is missing or malformed, and exits with 78', async () => {
  const { text, exit } = await run('', { LOG_LEVEL: 'loud', KEY: 'changeme' }, '{ KEY: secret(), PLACE: z.string() }');
  expect(await exit).toBe(78);
  for (const name of ['LOG_LEVEL', 'KEY', 'PLACE']) expect(text()).toContain(`${name}: `);
  expect(text()).not.toContain('changeme');
});

it('tells whether it is alive, whether it can work, and its figures', async () => {
  const { text } = await run(
    "check('store', () => globalThis.broken !== true); setTimeout(() => { globalThis.broken = true }, 1500);",
    {},
  );
  const port = await ready(text);
  expect(await get(port, '/healthz')).toMatchObject({ status: 200 });
  expect(await get(port, '/readyz')).toMatchObject({ status: 200, text: expect.stringContaining('"store":true') });
  expect(await get(port, '/metrics')).toMatchObject({ status: 200, text: expect.stringContaining('target_info') });
  expect(await get(port, '/else')).toMatchObject({ status: 404 });
  let broken = await get(port, '/readyz');
  while (broken.status === 200) broken = await get(port, '/readyz');
  expect(broken).toMatchObject({ status: 503, text: expect.stringContaining('"store":false') });
});

it('is as ready where it stands by, and says that it does', async () => {
  const { text } = await run("tell('lease', () => 'standby');", {});
  const port = await ready(text);
  expect(await get(port, '/readyz')).toMatchObject({
    status: 200,
    text: expect.stringContaining('"lease":"standby"'),
  });
});

it('drains on SIGTERM, the last thing first, and exits with 0', async () => {
  const {
    child: service,
    text,
    exit,
  } = await run(
    "onStop(() => console.log('first opened')); onStop(async () => { await new Promise((r) => setTimeout(r, 200)); console.log('last opened'); });",
    {},
  );
  await ready(text);
  service.kill('SIGTERM');
  expect(await exit).toBe(0);
  expect(text().indexOf('last opened')).toBeGreaterThan(0);
  expect(text().indexOf('first opened')).toBeGreaterThan(text().indexOf('last opened'));
});

it('ends with its supervisor, however that ended', async () => {
  const { child: service, text, exit } = await run('', { THREADBOX_SUPERVISED: '1' });
  await ready(text);
  service.stdin?.end();
  expect(await exit).toBe(1);
});

it('says that its traces go nowhere, and works on', async () => {
  const otel = import.meta.resolve('@opentelemetry/api');
  const { text } = await run(
    `const { trace } = await import(${JSON.stringify(otel)}); setInterval(() => trace.getTracer('probe').startSpan('beat').end(), 20);`,
    // The discard port: nobody listens there.
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
  );
  const port = await ready(text);
  while (!text().includes('not exported')) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await get(port, '/readyz')).toMatchObject({ status: 200 });
  expect(text()).toContain('ECONNREFUSED');
});

it('tells its figures, and whether it is ready', async () => {
  const { text } = await run("check('store', () => false);", {});
  const port = await ready(text);
  const { text: figures } = await get(port, '/metrics');
  expect(figures).toContain('threadbox_ready{service_name="probe"} 0');
  expect(figures).toMatch(/process_resident_memory_bytes\{service_name="probe"\} \d{7,}/);
  expect(figures).toMatch(/threadbox_build_info\{version="\d[^"]*",node="24[^"]*",service_name="probe"\} 1/);
});

it('ends with 1 where something has ended for good without which it is deaf', async () => {
  const { text, exit } = await run("setTimeout(() => fail(new Error('nothing more is heard')), 50);", {});
  expect(await exit).toBe(1);
  expect(text()).toContain('nothing more is heard');
});

it('logs an error that nobody caught, ends with 1, and writes no secret', async () => {
  const { text, exit } = await run(
    "log.warn({ token: 'do-not-show-me', headers: { authorization: 'nor-me' } }, 'careful'); setTimeout(() => { throw new Error('unforeseen') }, 50);",
    {},
  );
  expect(await exit).toBe(1);
  expect(text()).toContain('unforeseen');
  expect(text()).not.toMatch(/do-not-show-me|nor-me/);
});
