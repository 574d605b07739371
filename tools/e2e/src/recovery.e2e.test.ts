/** What dies comes back, and the message that was on its way is answered: once. */
import { readdirSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStage, type Stage } from './stage.ts';
import { webClient } from './web-client.ts';

let stage: Stage;
const ana = webClient(() => stage.box);
const until = (check: () => void | Promise<void>, timeout = 90_000) => vi.waitFor(check, { timeout, interval: 50 });
const answers = (word: string) => ana.answers().filter(({ text }) => text.trim() === word);
const workspace = async (): Promise<string> => {
  const [sandbox = ''] = await readdir(join(stage.home, 'sandboxes'));
  return join(stage.home, 'sandboxes', sandbox, 'workspace');
};
/** Every process inside this stage's sandboxes (runner or agent, by its environment) whose command line holds this. */
const sandboxProcesses = (what: string): number[] => {
  const marks = readdirSync(join(stage.home, 'sandboxes')).flatMap((id) => [`SANDBOX_ID=${id}`, `AGENT_OF=${id}`]);
  return readdirSync('/proc')
    .filter((name) => {
      if (!/^\d+$/.test(name) || !proc(name, 'cmdline').includes(what)) return false;
      const environment = proc(name, 'environ');
      return marks.some((mark) => environment.includes(mark));
    })
    .map(Number);
};
const proc = (pid: string, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
};

beforeAll(async () => {
  stage = await openStage({ IDLE_AFTER_SECONDS: '4' });
  await ana.say('hello');
  await until(() => expect(ana.messages().at(-1)?.buttons).toHaveLength(2));
  await ana.press('Yes');
  await until(() => expect(ana.answers().at(-1)?.text).toContain('rehearsal'));
});
afterAll(async () => {
  ana.close();
  await stage.stop();
});

describe('kill -9', () => {
  it.each(['auth', 'session', 'relay', 'sandbox', 'egress'])(
    'of %s while a message is on its way: it is answered once',
    async (service) => {
      const word = `after-${service}`;
      await ana.say(`say ${word}`);
      stage.box.kill(service);
      await until(() => expect(answers(word)).toHaveLength(1));
      await ana.say(`say again-${service}`);
      await until(() => expect(answers(`again-${service}`)).toHaveLength(1));
      expect(answers(word)).toHaveLength(1);
    },
  );

  it('of the gateway: what it had taken is answered, and it takes more', async () => {
    await ana.say('say after-gateway');
    stage.box.kill('gateway');
    await until(async () =>
      expect((await ana.say('say again-gateway', '6f9b3b0e-0d9d-4f3c-9a51-1b5f3f1a9b11')).status).toBe(202),
    );
    await until(() => expect([answers('after-gateway').length, answers('again-gateway').length]).toEqual([1, 1]));
  });

  it('of the agent in the middle of a turn: a word about it, and the answer', async () => {
    await ana.say('count to 120');
    await until(() =>
      expect(ana.history.some(({ text, status }) => status !== undefined && text.includes('30'))).toBe(true),
    );
    const agents = sandboxProcesses('claude-agent-acp');
    expect(agents.length).toBeGreaterThan(0);
    for (const pid of agents) process.kill(pid, 'SIGKILL');
    await until(() => expect(ana.history.some(({ status }) => /again|crash|restart/i.test(status ?? ''))).toBe(true));
    await until(() => expect(ana.answers().at(-1)?.text).toContain('120'));
  });

  it('of the runner in the middle of a turn: the turn goes on', async () => {
    await ana.say('count to 121');
    await until(() =>
      expect(
        ana.history.some(({ text, status }) => status !== undefined && text.includes('30') && !text.includes('120')),
      ).toBe(true),
    );
    const runners = sandboxProcesses('/runner/main.mjs');
    expect(runners).toHaveLength(1);
    for (const pid of runners) process.kill(pid, 'SIGKILL');
    await until(() => expect(ana.answers().at(-1)?.text).toContain('121'));
  });
});

describe('a question', () => {
  it('waits across a restart of everything, and its answer counts', async () => {
    await ana.say('write kept.txt: still here');
    await until(() => expect(ana.messages().at(-1)?.buttons).toHaveLength(4));
    await stage.restart();
    await ana.press('Allow once');
    await until(async () => expect(await readdir(await workspace())).toContain('kept.txt'));
    await until(() => expect(ana.messages().at(-1)?.status).toBeUndefined());
  });
});

describe('rest', () => {
  it('puts an idle sandbox to sleep, and the next message finds files and conversation as they were', async () => {
    await ana.say('say before-rest');
    await until(() => expect(answers('before-rest')).toHaveLength(1));
    await until(() => expect(sandboxProcesses('/runner/main.mjs')).toEqual([]));
    expect(await readdir(await workspace())).toContain('kept.txt');
    await ana.say('read kept.txt');
    await until(() => expect(ana.answers().at(-1)?.text).toContain('still here'));
  });
});
