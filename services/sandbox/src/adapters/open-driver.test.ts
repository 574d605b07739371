import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import { describe, expect, it } from 'vitest';
import { settings } from '../config.ts';
import { openDriver } from './open-driver.ts';

const open = (given: Record<string, string>) =>
  openDriver({
    config: settings.parse({
      NATS_URL: 'nats://127.0.0.1:4222',
      NATS_CREDS: '/creds',
      DATABASE_URL: 'postgres://127.0.0.1/threadbox',
      NATS_SIGNING_SEED: 'SAxxxxxxxxxxxxxxxxxxxxxxxx',
      NATS_ACCOUNT: `A${'B'.repeat(55)}`,
      MODEL_URL: 'http://127.0.0.1:1',
      EGRESS_SECRET: 'a long enough secret',
      ...given,
    }),
    // Nothing is asked of it before a driver is open.
    nc: {} as NatsConnection,
    runner: '/runner',
    log: { info: () => undefined, warn: () => undefined },
  });
const kubernetes = { SANDBOX_DRIVER: 'kubernetes', SANDBOX_IMAGE: 'registry.test/sandbox:1' };

describe('settings that a driver cannot work with', () => {
  it.each([
    ['no folder for local sandboxes', {}, 'SANDBOX_ROOT: is missing'],
    ['no image', { SANDBOX_DRIVER: 'kubernetes' }, 'SANDBOX_IMAGE: is missing'],
    ['no cluster', kubernetes, 'KUBECONFIG: is missing'],
    [
      'a kubeconfig that is not there',
      { ...kubernetes, KUBECONFIG: join('/', 'nowhere') },
      'KUBECONFIG: /nowhere cannot be used',
    ],
    [
      'nobody to sign for the pool',
      { ...kubernetes, WARM_SANDBOXES: '2', KUBERNETES_SERVICE_HOST: '127.0.0.1' },
      'NATS_WARM_SIGNING_SEED: is missing',
    ],
  ])('are told by name: %s', async (_name, given, words) => {
    await expect(open(given as Record<string, string>)).rejects.toMatchObject({
      name: 'Misconfigured',
      message: expect.stringContaining(words) as string,
    });
  });
});
