import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { mintSandboxCredentials, mintWarmCredentials } from '@threadbox/credentials';
import { connectBus, type Bus } from '@threadbox/messaging';
import {
  chatSubject,
  claimSubject,
  deriveId,
  eventsSubject,
  leaseSubject,
  runnerDurable,
  sandboxSubject,
  services,
  streams,
} from '@threadbox/schemas';
import { testNats, type TestNats } from '@threadbox/tool-infrastructure/testing';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AckPolicy } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let nats: TestNats;
let admin: Bus;
let folder: string;
const sandbox = deriveId('mine');
const other = deriveId('other');

beforeAll(async () => {
  nats = await testNats();
  admin = await nats.connect('admin');
  folder = await mkdtemp(join(tmpdir(), 'threadbox-creds-'));
  for (const id of [sandbox, other]) {
    await admin.jsm.consumers.add(streams.sandbox, {
      durable_name: runnerDurable(id),
      filter_subject: sandboxSubject(id, 'in'),
      ack_policy: AckPolicy.Explicit,
    });
  }
});
afterAll(async () => {
  await admin.close();
  await nats.stop();
  await rm(folder, { recursive: true });
});

const asSandbox = async (expiresIn = 60): Promise<Bus> => {
  const path = join(folder, `${expiresIn}.creds`);
  await writeFile(path, await mintSandboxCredentials({ ...nats.sandboxSigner, sandboxId: sandbox, expiresIn }));
  return connectBus({ url: nats.url, name: 'runner', creds: path, inboxPrefix: `_INBOX.${sandbox}` });
};
const publishes = (bus: Bus, subject: string): Promise<boolean> =>
  bus.js.publish(subject, '{}', { timeout: 500 }).then(
    () => true,
    () => false,
  );

const conversation = 'web:ana~1';
const writes: Record<(typeof services)[number], readonly string[]> = {
  gateway: [
    chatSubject('inbound', conversation),
    chatSubject('file', conversation),
    'web.ana~1.m',
    leaseSubject('gateway', 'x'),
  ],
  auth: [chatSubject('admitted', conversation), chatSubject('outbound', conversation), eventsSubject('workspace', 'w')],
  session: [
    chatSubject('outbound', conversation),
    sandboxSubject(deriveId('elsewhere'), 'in'),
    eventsSubject('session', 's'),
    eventsSubject('conversation', 'c'),
    eventsSubject('grants', 'g'),
  ],
  sandbox: [eventsSubject('fleet', 'main'), leaseSubject('sandbox', 'x')],
  relay: ['web.ana~1.m', leaseSubject('relay', 'x')],
  egress: [eventsSubject('egress', 'e'), eventsSubject('ledger', 'l')],
};

describe('each service', () => {
  it.each(services)('%s may write what is its own, and nothing that is another’s', async (service) => {
    const bus = await nats.connect(service);
    const all = [...new Set(Object.values(writes).flat()), sandboxSubject(sandbox, 'out')];
    const allowed = [];
    for (const subject of all) if (await publishes(bus, subject)) allowed.push(subject);
    expect(allowed.toSorted()).toEqual([...writes[service]].toSorted());
    await bus.close();
  });

  it('egress reads what happened, and nothing of what was said', async () => {
    const bus = await nats.connect('egress');
    await admin.js.publish(chatSubject('inbound', conversation), '"private"');
    await admin.js.publish(eventsSubject('session', 'read'), '"a fact"');
    const fact = await bus.jsm.direct.getMessage(streams.events, { last_by_subj: eventsSubject('session', 'read') });
    expect(fact?.json()).toBe('a fact');
    for (const stream of [streams.chat, streams.sandbox, streams.web, streams.vault])
      await expect(bus.jsm.direct.getMessage(stream, { seq: 1 })).rejects.toThrow();
    await bus.close();
  });

  it('may make no stream and delete none', async () => {
    for (const service of services) {
      const bus = await nats.connect(service);
      await expect(bus.jsm.streams.add({ name: 'MINE', subjects: ['mine'] })).rejects.toThrow();
      await expect(bus.jsm.streams.delete(streams.events)).rejects.toThrow();
      await bus.close();
    }
  });
});

describe('a sandbox', () => {
  it('writes its output and pulls its input', async () => {
    const bus = await asSandbox();
    expect(await publishes(bus, sandboxSubject(sandbox, 'out'))).toBe(true);
    await admin.js.publish(sandboxSubject(sandbox, 'in'), '"for you"');
    const message = await (await bus.js.consumers.get(streams.sandbox, runnerDurable(sandbox))).next({ expires: 2000 });
    expect(message?.json()).toBe('for you');
    message?.ack();
    await bus.close();
  });

  it('writes nowhere else, and not even its own input', async () => {
    const bus = await asSandbox();
    const forbidden = [
      sandboxSubject(other, 'out'),
      sandboxSubject(deriveId('elsewhere'), 'in'),
      'chat.admitted.0.web.x',
      eventsSubject('session', sandbox),
      'web.x.y',
    ];
    for (const subject of forbidden) expect(await publishes(bus, subject)).toBe(false);
    await bus.close();
  });

  it('reads nobody else’s input, makes no consumer, purges nothing, hears nothing', async () => {
    const bus = await asSandbox();
    await expect(bus.js.consumers.get(streams.sandbox, runnerDurable(other))).rejects.toThrow();
    await expect(
      bus.jsm.consumers.add(streams.sandbox, { durable_name: 'spy', ack_policy: AckPolicy.None }),
    ).rejects.toThrow();
    await expect(bus.jsm.streams.purge(streams.sandbox)).rejects.toThrow();
    await expect(bus.jsm.direct.getMessage(streams.chat, { seq: 1 })).rejects.toThrow();
    const heard: unknown[] = [];
    bus.nc.subscribe('>', { callback: (error) => void heard.push(error?.name) });
    await bus.nc.flush();
    expect(heard).toEqual(['PermissionViolationError']);
    await bus.close();
  });

  it('is cut off when its credentials end', async () => {
    const bus = await asSandbox(2);
    const events: string[] = [];
    void (async () => {
      for await (const { type } of bus.nc.status()) events.push(type);
    })();
    await Promise.race([bus.nc.closed(), new Promise((resolve) => setTimeout(resolve, 15_000))]);
    expect(bus.nc.isClosed()).toBe(true);
    expect(events).toContain('error');
  });

  it('cannot be given more than a sandbox’s rights by the key that signs sandboxes', async () => {
    const path = join(folder, 'forged.creds');
    await writeFile(path, await mintSandboxCredentials({ ...nats.sandboxSigner, sandboxId: 'admin', expiresIn: 60 }));
    const bus = await connectBus({ url: nats.url, name: 'admin', creds: path });
    expect(await publishes(bus, 'chat.admitted.0.web.x')).toBe(false);
    await bus.nc.close();
  });
});

it('keeps every secret for its owner only', async () => {
  for (const user of ['admin', ...services]) expect((await stat(nats.creds(user))).mode & 0o077).toBe(0);
});

describe('a sandbox that waits', () => {
  const waiting = deriveId('waiting');
  const asWaiting = async (name: string): Promise<NatsConnection> => {
    const text = await mintWarmCredentials({ ...nats.warmSigner, warmId: waiting, expiresIn: 60 });
    return connect({ servers: nats.url, name, authenticator: credsAuthenticator(new TextEncoder().encode(text)) });
  };

  it('hears its own claim and answers it once; only the sandbox service may claim', async () => {
    const runner = await asWaiting('warm');
    runner.subscribe(claimSubject(waiting), {
      callback: (_error, message) => {
        message.respond('taken');
        message.respond('and once more');
      },
    });
    await runner.flush();
    const service = await nats.connect('sandbox');
    const replies: string[] = [];
    const inbox = service.nc.subscribe('_INBOX.sandbox.claimtest', {
      callback: (_error, message) => void replies.push(message.string()),
    });
    service.nc.publish(claimSubject(waiting), 'claim', { reply: '_INBOX.sandbox.claimtest' });
    expect((await service.nc.request(claimSubject(waiting), 'claim', { timeout: 2000 })).string()).toBe('taken');
    inbox.unsubscribe();
    expect(replies).toEqual(['taken']);
    const session = await nats.connect('session');
    await expect(session.nc.request(claimSubject(waiting), 'claim', { timeout: 500 })).rejects.toThrow();
    await Promise.all([runner.close(), service.close(), session.close()]);
  });

  it('hears and says nothing else', async () => {
    const runner = await asWaiting('warm');
    const heard: string[] = [];
    for (const subject of ['>', 'claim.*', claimSubject(other), sandboxSubject(waiting, 'in'), '_INBOX.>'])
      runner.subscribe(subject, { callback: (error, message) => void heard.push(error ? 'refused' : message.subject) });
    const listener = admin.nc.subscribe('>', {
      callback: (_error, message) => void (message.string() === 'x' && heard.push(message.subject)),
    });
    await admin.nc.flush();
    for (const subject of [
      sandboxSubject(waiting, 'out'),
      claimSubject(other),
      'chat.inbound.0.web.x',
      'anything',
      '_INBOX.sandbox.x',
    ])
      runner.publish(subject, 'x');
    await runner.flush();
    await admin.nc.flush();
    listener.unsubscribe();
    expect(heard).toEqual(Array.from({ length: 5 }, () => 'refused'));
    await runner.close();
  });
});
