/** A whole Threadbox whose sandboxes want out, and whose model costs something: what owners say counts at once. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStage, type Stage } from './stage.ts';
import { webClient } from './web-client.ts';

let stage: Stage;
let site: Server;
let ana: ReturnType<typeof webClient>;
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 50 });
const url = (host: string): string => `http://${host}:${(site.address() as AddressInfo).port}/`;
const shows = (words: string | RegExp, who = ana) =>
  until(() =>
    expect(who.messages().map(({ text }) => text)).toContainEqual(
      typeof words === 'string' ? expect.stringContaining(words) : expect.stringMatching(words),
    ),
  );
const labels = (who = ana): string[] => who.messages().flatMap(({ buttons }) => buttons.map(({ label }) => label));

let visits = 0;
/** Has the agent fetch an address, which it is allowed to try; resolves with what came of it. */
const fetches = async (address: string, who = ana): Promise<string> => {
  // The quotes: so that the question, which shows the command, is not taken for the answer.
  const end = `end of ${(visits += 1)}`;
  await who.say(`run curl -sS -m 20 ${address} 2>&1; echo "end" of ${visits}`);
  await until(() => expect(labels(who)).toContain('Allow once'));
  await who.press('Allow once');
  const answer = () => who.answers().find(({ text }) => text.includes(end))?.text;
  await until(() => expect(answer()).toBeDefined());
  return answer() ?? '';
};

beforeAll(async () => {
  site = createServer((request, response) => response.end(`welcome to ${request.headers.host?.split(':')[0]}`));
  site.listen(0, '127.0.0.9');
  await once(site, 'listening');
  const egress = fileURLToPath(new URL('egress-of-a-small-internet.ts', import.meta.url));
  stage = await openStage(
    // A dollar for a thousand tokens of answer; Claude Code asks for some tens of thousands.
    { MODEL_PRICES: '{"rehearsal":{"input":0,"output":1000}}', EGRESS_ALLOW: 'base.example' },
    { programs: { egress: [egress, String((site.address() as AddressInfo).port)] } },
  );
  ana = webClient(() => stage.box, 'egress');
  await ana.say('hello');
  await until(() => expect(labels()).toContain('Yes'));
  await ana.press('Yes');
  await shows('rehearsal');
});
afterAll(async () => {
  ana.close();
  await stage.stop();
  site.closeAllConnections();
  site.close();
});

describe('a sandbox that wants out', () => {
  it('reaches what the settings allow, and nothing else; then the thread is told, with buttons', async () => {
    expect(await fetches(url('base.example'))).toContain('welcome to base.example');
    expect(await fetches(url('docs.example'))).toContain('nobody allowed it');
    await shows(/^The sandbox wanted to reach `docs\.example`, which is not allowed\./);
    expect(labels()).toEqual(['Allow here', 'Allow everywhere', 'No']);
  });

  it('is told once a host, and goes there as soon as an owner allowed it', async () => {
    expect(await fetches(url('docs.example'))).toContain('nobody allowed it');
    expect(ana.messages().filter(({ text }) => text.includes('wanted to reach'))).toHaveLength(1);
    await ana.press('Allow here');
    await shows('`docs.example` is allowed in this session, by `web:host`');
    expect(await fetches(url('docs.example'))).toContain('welcome to docs.example');
  });

  it('goes where another session may not, unless it is allowed everywhere', async () => {
    const other = webClient(() => stage.box, 'other');
    expect(await fetches(url('docs.example'), other)).toContain('nobody allowed it');
    await until(() => expect(labels(other)).toContain('Allow everywhere'));
    await other.press('Allow everywhere');
    await shows('`docs.example` is allowed in this workspace', other);
    expect(await fetches(url('docs.example'), other)).toContain('welcome to docs.example');
    await other.say('/claude close');
    await shows('The session is closed', other);
    other.close();
  });

  it('is opened and closed by commands, too, and the lists are shown', async () => {
    await ana.say('/claude allow https://wiki.example/start');
    await shows('may reach `wiki.example` now');
    expect(await fetches(url('wiki.example'))).toContain('welcome to wiki.example');
    await ana.say('/claude allowed');
    await shows(
      /in this session: `docs\.example`.*`wiki\.example`[^]*in this workspace: `docs\.example`[^]*`base\.example`/,
    );
    await ana.say('/claude forbid wiki.example');
    await shows('`wiki.example` is not allowed by this session any more');
    expect(await fetches(url('wiki.example'))).toContain('nobody allowed it');
  });
});

describe('what the model costs', () => {
  it('is shown', async () => {
    await ana.say('/claude usage');
    await shows(/You: \$\d+\.\d\d today[^]*This session: \$\d+\.\d\d[^]*This workspace: /);
  });

  it('is limited: the thread is told whose limit it is and what to do, and goes on once it was raised', async () => {
    await ana.say('/claude limit session 1/day');
    await shows('This session may spend $1.00 a day now');
    await ana.say('say too dear');
    await shows(/A spending limit is reached\.\*\* This session has used .* of \$1\.00 a day/);
    await shows('/claude limit session <amount>');
    await shows(/The model was not asked\.[^]*a spending limit is reached/);
    expect(ana.answers().some(({ text }) => text.trim() === 'too dear')).toBe(false);
    // Claude Code took the refusal for final: it did not ask again.
    const log = await readFile(join(stage.home, 'logs', 'egress.log'), 'utf8');
    expect(log.match(/a limit is reached/g)).toHaveLength(1);
    await ana.say('/claude limit session none');
    await shows('This session has no limit of its own any more');
    await ana.say('say affordable');
    await until(() => expect(ana.answers().some(({ text }) => text.trim() === 'affordable')).toBe(true));
  });

  it('is the same after a restart of egress that was killed', async () => {
    await ana.say('/claude limit workspace 1');
    await shows('This workspace may spend $1.00 in all now');
    stage.box.kill('egress');
    await ana.say('say still too dear');
    await shows(/A spending limit is reached\.\*\* This workspace has used/);
    await ana.say('/claude limit workspace 100000');
    await shows('This workspace may spend $100000.00 in all now');
    await ana.say('say back again');
    await until(() => expect(ana.answers().some(({ text }) => text.trim() === 'back again')).toBe(true));
  });
});
