import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, provision } from '@threadbox/messaging';
import { startNats } from './start-nats.ts';

/** The variable that says where a server's folder is that new ones may begin with. */
export const TEMPLATE = 'THREADBOX_TEST_NATS';

/** Makes every user, stream and durable in a folder. */
export const provisionFolder = async (folder: string): Promise<void> => {
  const nats = await startNats({ folder });
  try {
    const admin = await connectBus({ url: nats.url, name: 'admin', creds: nats.credentials.creds('admin') });
    await provision(admin);
    await admin.close();
  } finally {
    await nats.stop();
  }
};

/** vitest's global setup: keys and streams take two thirds of a second to make, so they are made once, and each test's server begins with a copy. */
export default async (): Promise<() => Promise<void>> => {
  const folder = await mkdtemp(join(tmpdir(), 'threadbox-template-'));
  await provisionFolder(folder);
  process.env[TEMPLATE] = folder;
  return () => rm(folder, { recursive: true, force: true });
};
