/** The way to the model on a real NATS: what limits do. The model itself is a stand-in. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { deriveId } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { EGRESS_SECRET } from '../testing/egress-stage.ts';
import { whole } from '../testing/fake-model.ts';
import { DOLLAR, modelScene } from '../testing/model-scene.ts';

const scene = modelScene();
const { call, ledger, metered, limit, until } = scene;

describe('a limit', () => {
  it('refuses what might cost more than is left, in a way that nobody tries again, and lets through once it is raised', async () => {
    await limit(15);
    expect((await call()).status).toBe(200);
    await metered();
    expect((await call({ max: 13 })).status).toBe(200);
    await metered(2);
    const refused = await call({ max: 12 });
    expect(refused.status).toBe(402);
    expect(refused.headers.get('x-should-retry')).toBe('false');
    expect(await refused.json()).toMatchObject({
      type: 'error',
      error: {
        type: 'billing_error',
        message:
          'Threadbox: a spending limit is reached. Of $15.00 a day, this workspace has used $4.00, and this call may cost $12.00.',
      },
    });
    expect(scene.model.asked).toHaveLength(2);
    expect((await ledger()).at(-1)).toMatchObject({
      type: 'limit-reached',
      scope: 'workspace',
      used: 4 * DOLLAR,
      session: scene.session,
    });
    await limit(20);
    expect((await call({ max: 12 })).status).toBe(200);
  });

  it('is the session’s, the user’s or the workspace’s, whichever leaves the least', async () => {
    await limit(100);
    await limit(8, { user: 'web:ana' });
    expect(await (await call({ max: 9 })).text()).toContain('web:ana has used');
    await scene.stage.happened('session', scene.session, {
      type: 'limit-set',
      limit: { micros: DOLLAR, period: 'ever' },
      by: 'web:ana',
    });
    expect(await (await call({ max: 2 })).text()).toContain('this session has used');
    await scene.stage.happened('session', scene.session, { type: 'limit-lifted', by: 'web:ana' });
    expect((await call({ max: 8 })).status).toBe(200);
  });

  it('of a user is not left behind by linking the account to another', async () => {
    const turn = { turn: 1, message: deriveId('m'), sequence: 1 };
    await limit(5, { user: 'telegram:5' });
    await scene.stage.happened('session', scene.session, { type: 'turn-started', ...turn, by: 'discord:7' });
    expect((await call({ max: 6 })).status).toBe(200);
    await scene.stage.happened('account', 'telegram:5', { type: 'account-linked', principal: 'slack:U' });
    await scene.stage.happened('account', 'slack:U', { type: 'account-linked', principal: 'discord:7' });
    expect(await (await call({ max: 6 })).text()).toContain('discord:7 has used $2.00');
  });

  it('is warned of at 75 and 95 percent', async () => {
    await limit(100);
    for (const output_tokens of [74, 1, 1, 19]) {
      scene.model.answers(whole({ input_tokens: 1, output_tokens }));
      expect((await call({ max: output_tokens })).status).toBe(200);
      await until(async () => expect((await ledger()).at(-1)?.type).not.toBe('usage-reserved'));
    }
    expect((await ledger()).filter(({ type }) => type === 'limit-neared')).toMatchObject([
      { percent: 75 },
      { percent: 95 },
    ]);
  });

  it('lets through exactly what fits, however many ask at once, here and in another egress', async () => {
    await limit(50);
    const other = await scene.stage.start(scene.environment());
    // Nobody is answered before all have asked.
    const { promise: everybody, resolve } = Promise.withResolvers<void>();
    scene.model.answers(async (response, request) => {
      await everybody;
      await whole({ input_tokens: 1, output_tokens: 10 })(response, request);
    });
    const calls = Array.from({ length: 30 }, (_, n) => call({ url: n % 2 ? other.url : scene.egress.url }));
    const refused = Promise.all(
      calls.map(async (one) => {
        const { status } = await one;
        return status;
      }),
    );
    await until(async () => {
      expect((await ledger()).filter(({ type }) => type === 'usage-reserved')).toHaveLength(5);
      expect(scene.model.asked).toHaveLength(5);
    });
    resolve();
    const statuses = await refused;
    expect(statuses.filter((status) => status === 200)).toHaveLength(5);
    expect(statuses.filter((status) => status === 402)).toHaveLength(25);
    expect((await metered(5)).reduce((sum, { micros }) => sum + micros, 0)).toBe(50 * DOLLAR);
    await other.stop();
  });

  it('is counted with what was under way when egress was told to end, whose answer comes to its end', async () => {
    const other = await scene.stage.start(scene.environment());
    const { promise: told, resolve: tell } = Promise.withResolvers<void>();
    scene.model.answers(async (response, request) => {
      await told;
      await whole({ input_tokens: 1, output_tokens: 3 })(response, request);
    });
    const underWay = call({ url: other.url });
    await until(() => expect(scene.model.asked).toHaveLength(1));
    const stopped = other.stop();
    tell();
    expect((await underWay).status).toBe(200);
    await stopped;
    expect((await metered())[0]).toMatchObject({ learned: 'told', micros: 3 * DOLLAR });
    // It listens no more.
    await expect(call({ url: other.url })).rejects.toThrow();
  });

  it('keeps nothing reserved where egress ended in good order', async () => {
    const other = await scene.stage.start(scene.environment());
    scene.model.answers(() => undefined);
    const broken = call({ url: other.url }).then(
      () => 'answered',
      () => 'broken',
    );
    await until(() => expect(scene.model.asked).toHaveLength(1));
    await other.stop();
    expect(await broken).toBe('broken');
    expect((await ledger()).at(-1)).toMatchObject({ type: 'usage-metered', learned: 'seen' });
  });

  it('still counts what was under way when egress was killed', async () => {
    await limit(15);
    const child = spawn(process.execPath, [new URL('../main.ts', import.meta.url).pathname], {
      env: {
        PATH: process.env['PATH'],
        EGRESS_PORT: '0',
        EGRESS_SECRET,
        NATS_URL: scene.stage.nats.url,
        NATS_CREDS: scene.stage.nats.creds('egress'),
        ...scene.environment(),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (data) => (output += String(data)));
    await until(() => expect(output).toMatch(/"url":"http:/));
    scene.model.answers(() => undefined);
    const broken = call({ url: /"url":"(http:[^"]+)"/.exec(output)?.[1] ?? '' }).then(
      () => 'answered',
      () => 'broken',
    );
    await until(() => expect(scene.model.asked).toHaveLength(1));
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await broken).toBe('broken');
    scene.model.answers(whole({ input_tokens: 1, output_tokens: 1 }));
    expect(await (await call()).text()).toContain('has used $10.00');
    expect((await call({ max: 5 })).status).toBe(200);
  });
});
