import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, provision } from '@threadbox/messaging';
import { startNats, type Nats } from './start-nats.ts';

/** The variable that says where a server's folder is that new ones may begin with. */
export const TEMPLATE = 'THREADBOX_TEST_NATS';

/** Makes every stream and durable that there is. */
export const provisionServer = async ({ url, credentials }: Pick<Nats, 'url' | 'credentials'>): Promise<void> => {
  const admin = await connectBus({ url, name: 'admin', creds: credentials.creds('admin') });
  await provision(admin);
  await admin.close();
};

/** vitest's global setup: keys and streams take two thirds of a second to make, so they are made once, and each test's server begins with a copy. */
export default async (): Promise<() => Promise<void>> => {
  const folder = await mkdtemp(join(tmpdir(), 'threadbox-template-'));
  const nats = await startNats({ folder });
  try {
    await provisionServer(nats);
  } finally {
    await nats.stop();
  }
  process.env[TEMPLATE] = folder;
  return () => rm(folder, { recursive: true, force: true });
};
