/** The doctor against what it looks at: a Bot API server and a model that stand for those outside, real NATS and Postgres. */
import { createServer, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakeBotApi } from '@threadbox/platforms/testing';
import { testPostgres } from '@threadbox/tool-infrastructure/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doctor } from './doctor.ts';

let home: string;
let outside: Server;
let address: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'threadbox-doctor-'));
  outside = createServer((request, response) => {
    const isGateway = request.url === '/web/api/me';
    const isKnown = request.headers['x-api-key'] === 'the-right-key-0123';
    response.writeHead(!isGateway && isKnown ? 200 : 401).end(JSON.stringify({ error: 'log in first' }));
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`;
});
afterAll(async () => {
  outside.closeAllConnections();
  outside.close();
  await rm(home, { recursive: true });
});

const ask = async (env: NodeJS.ProcessEnv): Promise<{ code: number; text: string }> => {
  const lines: string[] = [];
  const code = await doctor({ home, env: { PATH: process.env['PATH'], ...env }, say: (line) => lines.push(line) });
  return { code, text: lines.join('\n') };
};

describe('the doctor', () => {
  it('finds nothing wrong where nothing is set, and says what is not switched on', async () => {
    const { code, text } = await ask({});
    expect(text).toContain('All is well');
    expect(text).toMatch(/Not switched on: .*telegram/);
    expect(text).toContain('rehearsal');
    expect(text).toContain('behind walls');
    expect((await ask({ SANDBOX_WALLS: 'none' })).text).toContain('WITHOUT walls');
    expect(code).toBe(0);
  });

  it('asks Telegram, every bot of it, and names the first thing to do', async () => {
    const [good, hearsLittle] = await Promise.all([
      startFakeBotApi(),
      startFakeBotApi({ token: '7000000002:FAKE_bot_api_token_for_tests_only_2', readsAll: false }),
    ]);
    const { code, text } = await ask({
      TELEGRAM_BOT_TOKEN: good.token,
      TELEGRAM_API_ROOT: good.url,
      TELEGRAM_BOT_TOKEN__qa: hearsLittle.token,
      TELEGRAM_API_ROOT__qa: hearsLittle.url,
      TELEGRAM_BOT_TOKEN__old: '7000000003:FAKE_bot_api_token_for_tests_only_3',
    });
    expect(text).toContain('✓ telegram   the token belongs to @threadbox_test_bot');
    expect(text).toMatch(/✗ telegram-old .*\n.*does not accept TELEGRAM_BOT_TOKEN/);
    expect(text).toMatch(/✗ telegram-qa .*\n.*\/setprivacy/);
    expect(text).toMatch(/Next: .*@BotFather/);
    expect(code).toBe(1);
    await Promise.all([good.close(), hearsLittle.close()]);
  });

  it('asks the model, the public address and the database', async () => {
    const server = await testPostgres();
    const well = { ANTHROPIC_BASE_URL: address, ANTHROPIC_API_KEY: 'the-right-key-0123', PUBLIC_URL: address };
    expect(await ask({ ...well, DATABASE_URL: server.url })).toMatchObject({ code: 0 });
    const wrong = await ask({ ...well, ANTHROPIC_API_KEY: 'a-wrong-key-012345', PUBLIC_URL: 'http://127.0.0.1:9' });
    expect(wrong.text).toContain('does not take the credential (401)');
    expect(wrong.text).toContain('Nothing answers there');
    expect(wrong.text).not.toContain('a-wrong-key');
    await server.stop();
  });

  it('says which setting is malformed, and of which bot', async () => {
    const { text } = await ask({ TELEGRAM_BOT_TOKEN__qa: 'nonsense', DATABASE_URL: 'postgres://127.0.0.1:9/none' });
    expect(text).toMatch(/✗ telegram-qa +its settings\n +TELEGRAM_BOT_TOKEN: not a bot token/);
    expect(text).toContain('DATABASE_URL cannot be used');
  });
});
