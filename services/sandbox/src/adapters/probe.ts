/**
 * Stands in for the runner in the driver contract: shows what a sandbox is given and where it is, leaves something behind, speaks
 * with whoever listens where NATS and egress should be, and takes memory when it is told to.
 */
import { spawn } from 'node:child_process';
import { access, appendFile, constants, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';

const { env } = process;
const orEmpty = (path: string | undefined): Promise<string> => readFile(path ?? '', 'utf8').catch(() => '');
const can = (path: string, mode: number): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  );

/** Behind walls an address is a socket. */
const addressOf = (url: URL): { path: string } | { host: string; port: number } => {
  const way = env['WAYS_OUT']?.split(',').find((one) => one.startsWith(`${url.port}=`));
  return way ? { path: way.slice(way.indexOf('=') + 1) } : { host: url.hostname, port: Number(url.port) };
};
const speakWith = (name: string, address: string | undefined): void => {
  if (address === undefined) return;
  const socket = connect(addressOf(new URL(address)));
  socket.on('error', () => undefined);
  // Every piece is answered before the next one comes: what was held back on the way would never end.
  socket.setEncoding('utf8').on('data', (piece) => {
    void appendFile(`heard-from-${name}`, String(piece)).then(() => socket.write(String(piece)));
  });
};

process.on('SIGTERM', () => process.exit(0));
await writeFile('env.json', JSON.stringify(env));
await writeFile(
  'given.json',
  JSON.stringify({
    id: env['SANDBOX_ID'],
    agent: env['AGENT'],
    natsCreds: await orEmpty(env['NATS_CREDS']),
    modelToken: env['MODEL_TOKEN'] ?? (await orEmpty(env['MODEL_TOKEN_FILE'])),
  }),
);
await writeFile(
  'place.json',
  JSON.stringify({
    uid: process.getuid?.(),
    capabilities: /^CapEff:\s*(\S+)/m.exec(await orEmpty('/proc/self/status'))?.[1],
    writableRoot: (await can('/', constants.W_OK)) || (await can('/usr', constants.W_OK)),
    clusterToken: await can('/var/run/secrets/kubernetes.io', constants.F_OK),
  }),
);
spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }).unref();
speakWith('nats', env['NATS_URL']);
speakWith('egress', env['MODEL_URL']);
await appendFile('starts', 'x');

const kept: Buffer[] = [];
setInterval(() => {
  void orEmpty('greed.txt').then((greed) => {
    if (greed === 'memory') kept.push(Buffer.alloc(20 * 1024 * 1024, kept.length + 1));
  });
}, 50);
if (env['THREADBOX_SUPERVISED'] === '1') {
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
}
