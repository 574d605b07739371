/** The command line of whoever runs Threadbox, against one that runs. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { connectBus } from '@threadbox/messaging';
import { chatSubject } from '@threadbox/schemas';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStage, type Stage } from './stage.ts';
import { webClient } from './web-client.ts';

const MAIN = fileURLToPath(new URL('../../threadbox/src/main.ts', import.meta.url));

let stage: Stage;
const ana = webClient(() => stage.box, 'operated');
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 50 });

/** What the command line says, and how it ends. */
const threadbox = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
  promisify(execFile)(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], THREADBOX_HOME: stage.home },
  }).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      out: stdout,
      err: stderr,
    }),
  );

beforeAll(async () => {
  stage = await openStage({ DEFAULT_AGENT: 'echo' });
  await ana.say('hello');
  await until(() => expect(ana.messages().at(-1)?.buttons).toHaveLength(2));
  await ana.press('Yes');
  await until(() => expect(ana.answers().at(-1)?.text).toContain('hello'));
  await ana.say('a secret word');
  await until(() => expect(ana.answers().at(-1)?.text).toContain('a secret word'));
});
afterAll(async () => {
  ana.close();
  await stage.stop();
});

describe('threadbox replay', () => {
  it('tells a session’s story and state, and nothing of what was said', async () => {
    const id = /^(\S+) {2}last fact/m.exec((await threadbox('replay')).out)?.[1] ?? '';
    const { out } = await threadbox('replay', id.slice(0, 8));
    const [story = '', state = ''] = out.split('\n\n');
    expect(story.split('\n').map((line) => line.split(/ {2,}/)[2])).toEqual([
      'session-opened',
      'turn-requested',
      'turn-started',
      'turn-ended',
      'turn-requested',
      'turn-started',
      'turn-ended',
    ]);
    expect(JSON.parse(state)).toMatchObject({ status: 'open', agent: 'echo', last: 2, queue: [] });
    expect(out).not.toContain('secret word');
    const opened = /#(\d+) {2}session-opened/.exec(story)?.[1] ?? '';
    const then = await threadbox('replay', id, '--at', opened);
    expect(JSON.parse(then.out.split('\n\n')[1] ?? '')).toMatchObject({ status: 'open', last: 0 });
  });

  it('says what is wrong with what it was asked', async () => {
    expect(await threadbox('replay', 'ffffffff')).toMatchObject({
      code: 1,
      err: expect.stringContaining('no session'),
    });
    expect(await threadbox('replay', '--at', 'noon')).toMatchObject({
      code: 1,
      err: expect.stringContaining('neither'),
    });
  });
});

describe('threadbox dead-letters', () => {
  it('shows what could not be processed and why, gives it back, and forgets it', async () => {
    expect(await threadbox('dead-letters')).toMatchObject({ code: 0, out: expect.stringContaining('no dead letters') });
    const bus = await connectBus({ url: stage.box.natsUrl, name: 'admin', creds: stage.box.creds('admin') });
    await bus.js.publish(chatSubject('inbound', 'web:host~poison'), '{"type":"poison"}');
    await bus.close();
    await until(async () => expect((await threadbox('dead-letters')).out).toContain('1 in all'));
    const listed = (await threadbox('dead-letters')).out;
    const number = /^ +(\d+) /.exec(listed)?.[1] ?? '';
    expect(listed).toContain('not a message of this subject');
    expect((await threadbox('dead-letters', 'show', number)).out).toContain('"type": "poison"');
    const again = await threadbox('dead-letters', 'replay', number);
    expect(again).toMatchObject({ code: 1, out: expect.stringContaining('not processed: Unprocessable') });
    expect((await threadbox('dead-letters', 'delete', number)).out).toContain('deleted');
    expect(await threadbox('dead-letters', 'show', number)).toMatchObject({ code: 1 });
    expect(await threadbox('dead-letters', 'bury')).toMatchObject({ code: 2 });
  });
});
