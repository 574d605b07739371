/** Somebody gives a key of their own: a private page in a real browser, and what the model is asked with from then on. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { startRehearsal } from '@threadbox/rehearsal';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBrowser } from './browser.ts';
import { openStage, type Stage } from './stage.ts';
import { webClient } from './web-client.ts';

const HOUSE = `sk-ant-api03-${randomBytes(60).toString('base64url')}`;
const MINE = `sk-ant-api03-${randomBytes(60).toString('base64url')}`;

let stage: Stage;
let chromium: Awaited<ReturnType<typeof openBrowser>>;
let rehearsal: Awaited<ReturnType<typeof startRehearsal>>;
let model: Server;
let ana: ReturnType<typeof webClient>;
/** The key of every request that reached the model. */
const keys: string[] = [];
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 50 });
const says = (text: string) =>
  until(() =>
    expect(
      ana
        .answers()
        .map((one) => one.text)
        .join('\n'),
    ).toContain(text),
  );

beforeAll(async () => {
  rehearsal = await startRehearsal();
  // Stands in front of the rehearsal to see with what it is asked.
  model = createServer((request, response) => {
    keys.push(String(request.headers['x-api-key']));
    const { method = 'GET', url = '/' } = request;
    const headers = { 'content-type': 'application/json' };
    const init: RequestInit = { method, headers, ...(method === 'POST' && { body: request as never, duplex: 'half' }) };
    void fetch(`${rehearsal.url}${url}`, init).then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      for await (const piece of answer.body ?? []) response.write(piece);
      response.end();
    });
  });
  await new Promise<void>((resolve) => {
    model.listen(0, '127.0.0.1', resolve);
  });
  const { port } = model.address() as AddressInfo;
  [stage, chromium] = await Promise.all([
    openStage({ ANTHROPIC_API_KEY: HOUSE, ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}` }),
    openBrowser(),
  ]);
  ana = webClient(() => stage.box, 'own');
  await ana.say('hello');
  await until(() => expect(ana.messages().at(-1)?.buttons).toHaveLength(2));
  await ana.press('Yes');
  await says('rehearsal');
});
afterAll(async () => {
  ana.close();
  await chromium.close();
  await stage.stop();
  model.close();
  await rehearsal.close();
});

/** Says something, and tells with which keys the model was asked for it. */
const askedWith = async (word: string): Promise<string[]> => {
  keys.length = 0;
  await ana.say(`say ${word}`);
  await says(word);
  return [...new Set(keys)];
};
/** The files that hold this, of all that Threadbox wrote: its logs, its streams, its database, its sandboxes. */
const filesWith = (text: string): Promise<string> =>
  promisify(execFile)('grep', ['-rlF', '--', text, stage.home]).then(
    ({ stdout }) => stdout,
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => (code === 1 ? stdout : stderr),
  );
const pageOf = async (): Promise<string> => {
  await until(() => expect(ana.answers().at(-1)?.text).toMatch(/credential#/));
  return /http\S+credential#\S+/.exec(ana.answers().at(-1)?.text ?? '')?.[0] ?? '';
};

describe('a key of one’s own', () => {
  let page: Page;
  let address: string;

  it('is put in on a page that only its owner is told of, and is then what the model is asked with', async () => {
    expect(await askedWith('dandelion')).toEqual([HOUSE]);
    await ana.say('/claude credential');
    address = await pageOf();
    page = await chromium.browser.newPage();
    await page.goto(address);
    expect(page.url()).not.toContain('#');
    await page.getByLabel('An API key').fill('sk-ant-api03-placeholder');
    await page.getByRole('button', { name: 'Keep it' }).click();
    await page.getByRole('status').filter({ hasText: 'no key that I know' }).waitFor();
    await page.getByLabel('An API key').fill(MINE);
    await page.getByRole('button', { name: 'Keep it' }).click();
    await page.getByRole('status').filter({ hasText: 'Thank you' }).waitFor();
    await says(`your own API key (…${MINE.slice(-4)})`);
    expect(await askedWith('buttercup')).toEqual([MINE]);
  });

  it('is good for one key', async () => {
    // Another page first: a browser stays where only what is behind the # changes.
    await page.goto('about:blank');
    await page.goto(address);
    await page.getByLabel('An API key').fill(HOUSE);
    await page.getByRole('button', { name: 'Keep it' }).click();
    await page.getByRole('status').filter({ hasText: 'not good any more' }).waitFor();
    expect(await askedWith('snowdrop')).toEqual([MINE]);
  });

  it('stands in no sandbox, in no log, and in no store', async () => {
    await ana.say('run env; cat /proc/*/environ | tr "\\0" "\\n"; cat ~/* ~/.* ~/.*/*');
    await until(() => expect(ana.messages().at(-1)?.buttons).toHaveLength(4));
    await ana.press('Allow once');
    await until(() => expect(ana.messages().every(({ status }) => status === undefined)).toBe(true));
    const shown = JSON.stringify(ana.messages());
    expect(shown).toContain('ANTHROPIC_AUTH_TOKEN');
    for (const key of [HOUSE, MINE]) {
      expect(shown).not.toContain(key);
      expect(await filesWith(key)).toBe('');
    }
  });

  it('is forgotten when its owner says so', async () => {
    await ana.say('/claude delete credential');
    await says('Your key is deleted');
    expect(await askedWith('marigold')).toEqual([HOUSE]);
  });
});
