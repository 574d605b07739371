import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mintCredentials } from '@threadbox/tool-credentials';

/** `threadbox credentials`: makes NATS's keys and users, and the server configuration that docker compose mounts. */
export const credentials = async ({ home }: { home: string }): Promise<number> => {
  const folder = join(home, 'credentials');
  const { serverConfig, creds } = await mintCredentials(folder);
  const path = join(folder, 'compose.conf');
  const lines = ['listen: 0.0.0.0:4222', 'server_name: threadbox', 'jetstream: { store_dir: /data }', serverConfig, ''];
  // Holds public keys and permissions only; the container's own user has to read it.
  await writeFile(path, lines.join('\n'), { mode: 0o644 });
  console.log(`wrote ${path}\nwrote ${creds('<service>')} for each service`);
  return 0;
};
