import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectBus, provision, type Bus } from '@threadbox/messaging';
import { chatSubject, services, streamTable } from '@threadbox/schemas';
import { findKubectl, findNatsServer, freePort, startChild, type Child } from '@threadbox/tool-infrastructure';
import { writeSecrets } from '@threadbox/tool-threadbox';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { configMap } from './config-maps.ts';
import { workloadsOf } from './objects.ts';
import { render } from './render.ts';

const K8S = fileURLToPath(new URL('../../../deploy/k8s', import.meta.url));

let work: string;
let servers: Child[];
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'threadbox-cluster-nats-'));
  servers = [];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop('SIGKILL')));
  await rm(work, { recursive: true, force: true });
});

/**
 * The overlay's NATS, as many servers as it has, with its own configuration and the secrets that `threadbox secrets` made. Only what
 * a pod has to itself (addresses, folders) is put beside each other on this machine.
 */
const startNats = async (overlay: string): Promise<{ urls: string[]; creds: (user: string) => string }> => {
  const objects = await render(
    await findKubectl({ home: work, progress: () => undefined }),
    join(K8S, 'overlays', overlay),
  );
  const nats = workloadsOf(objects).find(({ name }) => name === 'StatefulSet threadbox/nats');
  const config = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('nats-config-'));
  const text = configMap(objects, 'threadbox', config?.metadata.name ?? '')?.['nats.conf'] ?? '';
  const secrets = join(work, 'secrets');
  await writeSecrets({ out: secrets, env: {} });
  const program = await findNatsServer({ home: work, progress: () => undefined });
  const names = Array.from({ length: nats?.replicas ?? 0 }, (_, n) => `nats-${n}`);
  const ports = await Promise.all(
    names.map(async () => ({ client: await freePort(), monitor: await freePort(), route: await freePort() })),
  );
  for (const [n, name] of names.entries()) {
    const folder = join(work, name);
    await mkdir(folder);
    const own = ports[n] ?? { client: 0, monitor: 0, route: 0 };
    const here = text
      .replace('0.0.0.0:4222', `127.0.0.1:${own.client}`)
      .replace('0.0.0.0:8222', `127.0.0.1:${own.monitor}`)
      .replace('0.0.0.0:6222', `127.0.0.1:${own.route}`)
      .replace('store_dir: /data', `store_dir: ${JSON.stringify(join(folder, 'data'))}`)
      .replace('/var/run/nats', folder);
    expect(here).not.toMatch(/0\.0\.0\.0|\.svc/);
    await writeFile(join(folder, 'nats.conf'), here);
    await copyFile(join(secrets, 'nats', 'auth.conf'), join(folder, 'auth.conf'));
    const routes = await readFile(join(secrets, 'nats', 'routes.conf'), 'utf8');
    const near = (_all: string, to: string): string => `@127.0.0.1:${ports[Number(to)]?.route}`;
    await writeFile(
      join(folder, 'routes.conf'),
      routes.replace(/@nats-(\d)\.nats-headless\.threadbox\.svc:6222/g, near),
    );
    servers.push(
      await startChild(program, ['-c', join(folder, 'nats.conf')], { env: { ...process.env, POD_NAME: name } }),
    );
  }
  // What the kubelet asks before it takes a server for started.
  for (const { monitor } of ports)
    await vi.waitFor(async () => expect((await fetch(`http://127.0.0.1:${monitor}/healthz`)).status).toBe(200), {
      timeout: 30_000,
      interval: 100,
    });
  return {
    urls: ports.map(({ client }) => `nats://127.0.0.1:${client}`),
    creds: (user) => join(secrets, user === 'admin' ? 'provision' : user, 'nats.creds'),
  };
};

const connect = async (nats: Awaited<ReturnType<typeof startNats>>, user: string, n = 0): Promise<Bus> =>
  connectBus({ url: nats.urls[n] ?? '', name: user, creds: nats.creds(user) });
const say = (bus: Bus): Promise<{ seq: number }> => bus.js.publish(chatSubject('inbound', 'web:ana~1'), '{}');

it('dev: one server, which every service enters with the credentials of its Secret', async () => {
  const nats = await startNats('dev');
  const admin = await connect(nats, 'admin');
  await provision(admin);
  await provision(admin);
  await admin.close();
  for (const service of services) await (await connect(nats, service)).close();
  const gateway = await connect(nats, 'gateway');
  expect((await say(gateway)).seq).toBe(1);
  await gateway.close();
});

it('prod: three servers keep three copies, and one of them may die', async () => {
  const nats = await startNats('prod');
  const admin = await connect(nats, 'admin', 1);
  // The servers are there before they have chosen who leads.
  await vi.waitFor(() => provision(admin, { replicas: 3 }), { timeout: 40_000, interval: 500 });
  for (const { name } of streamTable) expect((await admin.jsm.streams.info(name)).config.num_replicas).toBe(3);
  const gateway = await connect(nats, 'gateway', 1);
  expect((await say(gateway)).seq).toBe(1);
  const [first] = servers;
  await first?.stop('SIGKILL');
  await vi.waitFor(async () => expect((await say(gateway)).seq).toBeGreaterThan(1), { timeout: 40_000, interval: 500 });
  await gateway.close();
  await admin.close();
}, 120_000);
