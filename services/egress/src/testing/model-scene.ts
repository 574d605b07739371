/** The way to the model on a real NATS, with a session and a workspace of its own for each test. */
import { deriveId, type EventOf } from '@threadbox/schemas';
import { afterAll, beforeAll, beforeEach, expect, vi } from 'vitest';
import { egressStage, tokenFor, type EgressStage, type RunningEgress } from './egress-stage.ts';
import { fakeModel, whole } from './fake-model.ts';

export const DOLLAR = 1_000_000;

type LedgerEvent = EventOf<'ledger'>;
type Metered = Extract<LedgerEvent, { type: 'usage-metered' }>;
type Call = RequestInit & { max?: number; body?: string; path?: string; url?: string; as?: string };

/** A dollar for an output token, so that what counts is plain to see; input is free. */
const prices = { 'claude-sonnet-5-5': { input: 0, output: DOLLAR, cacheRead: 0, cacheWrite: 0, cacheWriteHour: 0 } };

/** Declares what each test file of the model's way needs, before and after. */
export const modelScene = () => {
  let number = 0;
  const scene = {
    stage: undefined as unknown as EgressStage,
    model: undefined as unknown as Awaited<ReturnType<typeof fakeModel>>,
    egress: undefined as unknown as RunningEgress,
    session: '',
    workspace: '',

    environment: () => ({
      ANTHROPIC_BASE_URL: scene.model.url,
      ANTHROPIC_API_KEY: 'sk-ant-the-real-key-0123456789',
      MODEL_PRICES: JSON.stringify(prices),
    }),

    /** Calls the model as the session's sandbox; `max` is how many tokens, which is dollars, the answer may have. */
    call: async (wish: Call = {}): Promise<Response> => {
      const { max = 10, path = '/v1/messages', url = scene.egress.url, as = scene.session, body, ...init } = wish;
      const messages = [{ role: 'user', content: 'hi' }];
      return fetch(`${url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await tokenFor(as)}` },
        body: body ?? JSON.stringify({ model: 'claude-sonnet-5-5', max_tokens: max, messages }),
        ...init,
      });
    },

    ledger: (): Promise<LedgerEvent[]> => scene.stage.eventsOf('ledger', scene.workspace),

    /** Resolves once so many calls were metered. */
    metered: async (count = 1): Promise<Metered[]> => {
      let found: Metered[] = [];
      await scene.until(async () => {
        found = (await scene.ledger()).filter((one) => one.type === 'usage-metered');
        expect(found).toHaveLength(count);
      });
      return found;
    },

    /** An owner limits the workspace, or with `user` a user, to so many dollars a day. */
    limit: (dollars: number, more: { user?: string } = {}): Promise<void> =>
      scene.stage.happened('workspace', scene.workspace, {
        type: 'limit-set',
        limit: { micros: dollars * DOLLAR, period: 'day' },
        by: 'web:ana',
        ...more,
      }),

    until: (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 20_000, interval: 20 }),
  };

  beforeAll(async () => {
    scene.stage = await egressStage();
    scene.model = await fakeModel();
    scene.egress = await scene.stage.start(scene.environment());
  });
  afterAll(async () => {
    await scene.egress.stop();
    scene.model.stop();
    await scene.stage.stop();
  });
  beforeEach(async () => {
    number += 1;
    scene.session = deriveId('session', number);
    scene.workspace = `web:w${number}`;
    await scene.stage.openSession(scene.session, scene.workspace);
    scene.model.asked.length = 0;
    scene.model.answers(whole({ input_tokens: 5, output_tokens: 2 }));
  });
  return scene;
};
