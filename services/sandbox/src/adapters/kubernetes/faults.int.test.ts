/** What goes wrong between us and a cluster: on the stand-in, through the real client library. */
import { deriveId } from '@threadbox/schemas';
import { describe, expect, it, vi } from 'vitest';
import { SandboxUnavailable } from '../driver.ts';
import { beginDeletion } from './testing/controllers.ts';
import { id, other, spec, useCluster, wait, words, type Told } from './testing/stage.ts';

const { now, podOf, open, runs, crash, told } = useCluster();

describe('a watch', () => {
  const starts = async () => {
    const opened = await open();
    await Promise.all([opened.driver.start(spec()), opened.driver.start(spec(other))]);
    await Promise.all([runs(), runs(other)]);
    return opened;
  };
  const died = (sandbox: string): Told => [sandbox, words('its runner ended'), 'died'];

  it('goes on where its connection broke', async () => {
    const { exits } = await starts();
    now().api.watches.drop();
    await crash();
    await told(exits, died(id));
    await crash(other);
    await told(exits, died(id), died(other));
    expect(now().api.requests.filter((request) => request === 'watch pods').length).toBeGreaterThan(1);
  });

  it.each([
    ['in its stream', () => undefined],
    ['as an answer', () => now().api.fail('watch pods', { code: 410, message: 'too old resource version' })],
  ])('lists anew where the cluster has forgotten, said %s', async (_name, prepare) => {
    const { exits } = await starts();
    const lists = () => now().api.requests.filter((request) => request === 'list pods').length;
    const before = lists();
    await now().api.close();
    await crash();
    await vi.waitFor(() => expect(podOf(id)).toMatchObject([{ status: { phase: 'Failed' } }]), wait);
    now().store.forget();
    prepare();
    await now().api.reopen();
    await told(exits, died(id));
    expect(lists()).toBeGreaterThan(before);
  });

  it('survives that the API server is away, and everything that it answers when it comes back', async () => {
    const { driver, exits } = await starts();
    await now().api.close();
    await expect(driver.start(spec(deriveId('faults', 3)))).rejects.not.toBeInstanceOf(SandboxUnavailable);
    now().api.fail(
      'watch pods',
      'hang up',
      { code: 503, message: 'apiserver is shutting down' },
      { code: 429, message: 'slow down' },
    );
    now().api.fail('list pods', { code: 500, message: 'etcdserver: leader changed' });
    await now().api.reopen();
    await crash(other);
    await told(exits, died(other));
  });

  it('tells what ended while nobody watched', async () => {
    const { driver } = await starts();
    await driver.close();
    await crash();
    await vi.waitFor(() => expect(podOf(id)).toMatchObject([{ status: { phase: 'Failed' } }]), wait);
    const { exits } = await open();
    await told(exits, died(id));
  });

  it('tells of a pod that somebody took away', async () => {
    const { exits } = await starts();
    for (const pod of podOf(id)) beginDeletion(now().store, 'pods', pod);
    await vi.waitFor(() => expect(exits).toMatchObject([[id, expect.any(String), 'died']]), wait);
  });
});

describe('several processes of the sandbox service', () => {
  it('make one pod of a sandbox, whoever comes first', async () => {
    const all = [await open(), await open(), await open()];
    await Promise.allSettled(all.map(({ driver }) => driver.start(spec())));
    await all[0]?.driver.start(spec());
    await runs();
    expect(now().api.requests.filter((request) => request === 'create pods').length).toBeGreaterThanOrEqual(1);
    expect(now().store.list('pods')).toHaveLength(1);
    expect(now().store.list('persistentvolumeclaims')).toHaveLength(1);
  });

  it('do not take for an accident what one of them ended', async () => {
    const [one, two] = [await open(), await open()];
    await Promise.all([one.driver.start(spec()), one.driver.start(spec(other))]);
    await Promise.all([runs(), runs(other)]);
    await one.driver.stop(id);
    await crash(other);
    await vi.waitFor(() => expect(two.exits).toEqual([[other, words('its runner ended'), 'died']]), wait);
  });

  it('leave sandboxes running when they end', async () => {
    const { driver } = await open();
    await driver.start(spec());
    await runs();
    await driver.close();
    expect(now().kubelet.containerOf(id)).toBeDefined();
    expect(podOf(id)).toMatchObject([{ status: { phase: 'Running' } }]);
    expect(podOf(id)[0]?.metadata.deletionTimestamp).toBeUndefined();
  });
});

describe('a cluster that refuses', () => {
  it.each([
    [
      'pods',
      {
        code: 403,
        message: 'pods "x" is forbidden: exceeded quota: sandboxes, requested: pods=1, used: pods=5, limited: pods=5',
      },
      'quota for sandboxes is used up',
    ],
    [
      'pods',
      { code: 403, message: 'pods "x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true' },
      'rules forbid this pod',
    ],
    [
      'persistentvolumeclaims',
      { code: 403, message: 'User "x" cannot create resource "persistentvolumeclaims"' },
      'may not make its volume',
    ],
    ['secrets', { code: 401, message: 'Unauthorized' }, 'does not know the sandbox service'],
    ['pods', { code: 422, message: 'Pod "x" is invalid: spec.runtimeClassName' }, 'refused its pod'],
  ])('%s: %o is told in plain words', async (resource, failure, text) => {
    const { driver } = await open();
    now().api.fail(`create ${resource}`, failure);
    const error = await driver.start(spec()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SandboxUnavailable);
    expect(String(error)).toContain(text);
    // Once it is put right, the next attempt goes on with what is there.
    await driver.start(spec());
    await runs();
  });

  it('for a while is tried again by who asked, and is no reason to give up', async () => {
    const { driver } = await open();
    now().api.fail('create pods', { code: 500, message: 'etcdserver: request timed out' });
    await expect(driver.start(spec())).rejects.not.toBeInstanceOf(SandboxUnavailable);
    await driver.start(spec());
    await runs();
  });
});

describe('an answer that is lost', () => {
  const whole = () => {
    expect(now().store.list('pods')).toHaveLength(1);
    expect(now().store.list('persistentvolumeclaims')).toHaveLength(1);
    const [pod] = podOf(id);
    expect(now().store.list('secrets')).toMatchObject([
      { metadata: { ownerReferences: [{ kind: 'Pod', uid: pod?.metadata.uid }] } },
    ]);
  };

  it.each(['create secrets', 'create persistentvolumeclaims', 'create pods', 'patch secrets'])(
    'after “%s” leaves a sandbox that the next start completes',
    async (verb) => {
      const { driver } = await open();
      now().api.fail(verb, 'lose the answer');
      await expect(driver.start(spec())).rejects.toThrow();
      await driver.start(spec());
      await runs();
      if (verb !== 'create pods') return whole();
      // It ran by then, and was left as it was: with the next sleep all is as it should be.
      await driver.stop(id);
      await driver.start(spec());
      await runs();
      whole();
    },
  );

  it.each(['patch pods', 'delete pods', 'delete secrets'])(
    'after “%s” leaves what the next stop ends',
    async (verb) => {
      const { driver, exits } = await open();
      await driver.start(spec());
      await runs();
      now().api.fail(verb, 'lose the answer');
      await expect(driver.stop(id)).rejects.toThrow();
      await driver.stop(id);
      expect([now().store.list('pods'), now().store.list('secrets')]).toEqual([[], []]);
      await driver.start(spec());
      await runs();
      expect(exits).toEqual([]);
    },
  );
});

describe('what nobody needs', () => {
  const all = () =>
    (['pods', 'secrets', 'persistentvolumeclaims'] as const).flatMap((resource) => now().store.list(resource));

  it('goes with the pod: its secret; and with the volume: everything', async () => {
    const { driver } = await open();
    await driver.start(spec());
    await runs();
    for (const pod of podOf(id)) beginDeletion(now().store, 'pods', pod);
    await vi.waitFor(() => expect(all().map(({ kind }) => kind)).toEqual(['PersistentVolumeClaim']), wait);
    await driver.start(spec());
    await runs();
    for (const claim of now().store.list('persistentvolumeclaims'))
      beginDeletion(now().store, 'persistentvolumeclaims', claim);
    await driver.stop(id);
    await vi.waitFor(() => expect(all()).toEqual([]), wait);
  });

  it.each(['create persistentvolumeclaims', 'create pods', 'patch secrets'])(
    'is found after a death at “%s”, and removed',
    async (verb) => {
      const { driver } = await open();
      now().api.fail(verb, 'hang up');
      await expect(driver.start(spec())).rejects.toThrow();
      expect(await driver.list()).toMatchObject([{ id }]);
      await driver.remove(id);
      expect(all()).toEqual([]);
    },
  );
});
