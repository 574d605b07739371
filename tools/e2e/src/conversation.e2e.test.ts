/** Whole conversations through the web API: real services, real NATS and Postgres, the real Claude Code, a rehearsed model. */
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connectBus } from '@threadbox/messaging';
import { streams } from '@threadbox/schemas';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStage, type Stage } from './stage.ts';
import { webClient } from './web-client.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ MAX_SANDBOXES: '2' });
});
afterAll(async () => {
  await stage.stop();
});

const clients: Array<{ close: () => void }> = [];
const client = (thread?: string) => {
  const made = webClient(() => stage.box, thread);
  clients.push(made);
  return made;
};
afterAll(() => clients.forEach((one) => one.close()));
const until = (check: () => void | Promise<void>, timeout = 60_000) => vi.waitFor(check, { timeout, interval: 50 });
const lastAnswer = (ana: ReturnType<typeof client>) => ana.answers().at(-1)?.text ?? '';

describe('a first conversation', () => {
  const thread = 'first';

  it('begins with the question who owns the bot, and what was said first is answered after the Yes', async () => {
    const ana = client(thread);
    expect((await ana.say('hello')).status).toBe(202);
    await until(() => expect(lastAnswer(ana)).toContain('Are you my owner?'));
    await ana.press('Yes');
    await until(() => expect(lastAnswer(ana)).toContain('rehearsal'));
    expect(ana.messages().filter(({ text }) => text.includes('is my owner now'))).toHaveLength(1);
    expect(ana.messages().flatMap(({ buttons }) => buttons)).toEqual([]);
  });

  it('asks before it writes, and writes once it may', async () => {
    const ana = client(thread);
    await ana.say('write hello.txt: good morning');
    await until(() =>
      expect(
        ana
          .messages()
          .at(-1)
          ?.buttons.map(({ label }) => label),
      ).toEqual(['Allow once', 'This session', 'Always', 'Deny']),
    );
    await ana.press('Allow once');
    await until(() => expect(ana.messages().some(({ text }) => text.includes('allowed once'))).toBe(true));
    await ana.say('read hello.txt');
    await until(() => expect(lastAnswer(ana)).toContain('good morning'));
  });

  it('does not do what it was denied', async () => {
    const ana = client(thread);
    await ana.say('write secret.txt: no');
    await until(() => expect(ana.messages().at(-1)?.buttons).toHaveLength(4));
    await ana.press('Deny');
    await until(() => expect(ana.messages().some(({ text }) => text.includes('denied'))).toBe(true));
    await until(() => expect(ana.messages().at(-1)?.status).toBeUndefined());
    const [sandbox = ''] = await readdir(join(stage.home, 'sandboxes'));
    expect(await readdir(join(stage.home, 'sandboxes', sandbox, 'workspace'))).not.toContain('secret.txt');
  });

  it('takes a file in and gives one back', async () => {
    const ana = client(thread);
    const bytes = randomBytes(700_000);
    await ana.sendFile('say thanks', 'data.bin', new Uint8Array(bytes));
    await until(() => expect(lastAnswer(ana)).toContain('thanks'));
    await ana.say('send me inbox/data.bin');
    await until(() => {
      if (ana.messages().some(({ buttons }) => buttons.length > 0)) void ana.press('Allow once').catch(() => undefined);
      expect(ana.messages().at(-1)?.files[0]?.name).toBe('data.bin');
    });
    const file = ana.messages().at(-1)?.files[0]?.id ?? '';
    expect((await ana.download(file)).equals(bytes)).toBe(true);
  });

  it('streams a long answer, and stops it', async () => {
    const ana = client(thread);
    await ana.say('count to 500');
    await until(() =>
      expect(ana.history.filter(({ status, text }) => status !== undefined && text.length > 20).length).toBeGreaterThan(
        2,
      ),
    );
    await ana.say('/claude stop');
    await until(() => expect(ana.messages().some(({ text }) => text.includes('*Stopped.*'))).toBe(true));
    await ana.say('say still here');
    await until(() => expect(lastAnswer(ana)).toContain('still here'));
  });

  it('queues what comes while a turn runs, and answers in order, each once', async () => {
    const ana = client(thread);
    for (const word of ['one', 'two', 'three']) await ana.say(`say ${word}`);
    await until(() =>
      expect(
        ana
          .answers()
          .slice(-3)
          .map(({ text }) => text.trim()),
      ).toEqual(['one', 'two', 'three']),
    );
  });

  it('takes the same message once, however often it is sent', async () => {
    const ana = client(thread);
    const id = crypto.randomUUID();
    for (let n = 0; n < 3; n += 1) expect((await ana.say('say only once', id)).status).toBe(202);
    await until(() => expect(lastAnswer(ana)).toContain('only once'));
    await ana.say('say after');
    await until(() => expect(lastAnswer(ana)).toContain('after'));
    expect(ana.answers().filter(({ text }) => text.includes('only once'))).toHaveLength(1);
  });

  it('shows its status and its help', async () => {
    const ana = client(thread);
    await ana.say('/claude status');
    await until(() => expect(lastAnswer(ana)).toMatch(/Claude Code[\s\S]*running/));
    await ana.say('/claude help');
    await until(() => expect(lastAnswer(ana)).toContain('/claude add owner'));
    await ana.say('/claude dance');
    await until(() => expect(lastAnswer(ana)).toContain('/claude help'));
  });

  it('deletes everything when it is closed', async () => {
    const ana = client(thread);
    const secret = `say ${randomBytes(8).toString('hex')}`;
    await ana.say(secret);
    await until(() => expect(lastAnswer(ana)).toContain(secret.slice(4)));
    await ana.say('/claude close');
    await until(() =>
      expect(ana.messages().map(({ text }) => text)).toEqual([expect.stringContaining('The session is closed')]),
    );
    await until(async () => expect(await readdir(join(stage.home, 'sandboxes'))).toEqual([]));
    await until(async () => expect(await everything()).not.toContain(secret.slice(4)));
  });
});

describe('sandboxes', () => {
  it('wait in line when all places are taken, are told their place, and get one when somebody rests', async () => {
    const [ana, ben, eve] = [client(), client(), client()];
    await ana.say('count to 2000');
    await ben.say('count to 2000');
    await until(() => expect([ana, ben].every((one) => one.history.some(({ text }) => text.length > 10))).toBe(true));
    await eve.say('say finally');
    await until(() => expect(eve.messages().some(({ text }) => text.includes('number 1 in line'))).toBe(true));
    await ana.say('/claude stop');
    await until(() => expect(eve.answers().some(({ text }) => text.trim() === 'finally')).toBe(true));
    expect(eve.messages().some(({ text }) => text.includes('in line'))).toBe(false);
    for (const one of [ana, ben, eve]) await one.say('/claude close');
    await until(async () => expect(await readdir(join(stage.home, 'sandboxes'))).toEqual([]));
  });
});

/** All content on the streams, as one text. */
const everything = async (): Promise<string> => {
  const bus = await connectBus({ url: stage.box.natsUrl, name: 'admin', creds: stage.box.creds('admin') });
  const found: string[] = [];
  for (const stream of [streams.chat, streams.sandbox, streams.web, streams.events]) {
    const { state } = await bus.jsm.streams.info(stream);
    for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
      const message = await bus.jsm.direct.getMessage(stream, { seq }).catch(() => null);
      if (message) found.push(message.string());
    }
  }
  await bus.close();
  return found.join('\n');
};
