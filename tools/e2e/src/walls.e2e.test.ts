/** A whole Threadbox with walls around its sandboxes: the real Claude Code tries what it is told to try. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStage, type Stage } from './stage.ts';
import { webClient } from './web-client.ts';

let stage: Stage;
let ana: ReturnType<typeof webClient>;
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 50 });
const last = (): string => ana.answers().at(-1)?.text ?? '';

let runs = 0;
/** Has the agent run a command, which it is allowed; resolves with the answer. */
const run = async (command: string): Promise<string> => {
  // The quotes: so that the question, which shows the command, is not taken for the answer.
  const end = `end of ${(runs += 1)}`;
  await ana.say(`run ${command}; echo "end" of ${runs}`);
  await until(() => expect(ana.messages().at(-1)?.buttons.length).toBe(4));
  await ana.press('Allow once');
  const answer = () => ana.answers().find(({ text }) => text.includes(end))?.text;
  await until(() => expect(answer()).toBeDefined());
  return answer() ?? '';
};

beforeAll(async () => {
  stage = await openStage({ SANDBOX_PROCESSES: '60' });
  ana = webClient(() => stage.box, 'walls');
  await ana.say('hello');
  await until(() => expect(last()).toContain('Are you my owner?'));
  await ana.press('Yes');
  await until(() => expect(last()).toContain('rehearsal'));
});
afterAll(async () => {
  ana.close();
  await stage.stop();
});

describe('an agent behind walls', () => {
  it('does not see the host’s secrets, nor other sandboxes', async () => {
    const token = join(stage.home, 'secrets', 'web-token');
    const answer = await run(`cat ${token} ${stage.home}/* 2>&1`);
    expect(answer).toContain('No such file');
    expect(answer).not.toContain(stage.box.webToken);
  });

  it('reaches neither Postgres nor the gateway on the host’s loopback', async () => {
    const ports = [stage.box.databaseUrl, stage.box.webUrl].map((url) => new URL(url).port);
    const knock = '(echo > /dev/tcp/127.0.0.1/$p) 2>/dev/null && echo open $p';
    expect(await run(`for p in ${ports.join(' ')}; do ${knock}; done`)).not.toMatch(/open \d/);
  });

  it('finds egress as its proxy, and is not let out to where nobody allowed it', async () => {
    expect(await run('curl -sS -m 10 https://not-allowed.example/ 2>&1')).toContain('403');
  });

  it('is ended when it takes too much, the thread is told why, and the next message goes on', async () => {
    await ana.say('run for i in $(seq 90); do sleep 100 & done; wait');
    await until(() => expect(ana.messages().at(-1)?.buttons.length).toBe(4));
    await ana.press('Allow once');
    await until(() => expect(ana.messages().some(({ text }) => /60 processes|may have 60/.test(text))).toBe(true));
    await ana.say('say still here');
    await until(() => expect(ana.answers().some(({ text }) => text === 'still here')).toBe(true));
  });
});
