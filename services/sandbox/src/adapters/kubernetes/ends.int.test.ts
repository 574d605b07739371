/** How pods end, or never come up, and what of it is told: on the stand-in, through the real client library. */
import { describe, expect, it, vi } from 'vitest';
import { id, spec, useCluster, wait, words } from './testing/stage.ts';

const { now, podOf, open, runs, told } = useCluster();

describe('a pod that ends', () => {
  it('because its node needed room is told as a death, and starts again with its files', async () => {
    const { driver, exits } = await open();
    await driver.start(spec());
    await runs();
    now().kubelet.evict(id, 'The node was low on resource: memory.');
    await told(exits, [id, words('its machine ran short'), 'died']);
    const [volume] = now().store.list('persistentvolumeclaims');
    await driver.start(spec());
    await runs();
    expect(now().store.list('persistentvolumeclaims')[0]?.metadata.uid).toBe(volume?.metadata.uid);
  });

  it('because it wrote too much is not started again by itself', async () => {
    const { driver, exits } = await open();
    await driver.start(spec());
    await runs();
    now().kubelet.evict(id, 'Usage of EmptyDir volume "tmp" exceeds the limit "64Mi".');
    await told(exits, [id, words('it wrote more to its disk than it may'), 'over-limit']);
    // A service that was restarted would try: it says what happened instead.
    const next = await open();
    await told(next.exits, [id, words('it wrote more'), 'over-limit']);
    await next.driver.start(spec());
    expect(podOf(id)).toMatchObject([{ status: { phase: 'Failed' } }]);
    await next.driver.stop(id);
    await next.driver.start(spec());
    await runs();
  });

  it('with its node is made again elsewhere', async () => {
    const { driver, exits } = await open({ patience: { node: 300 } });
    await driver.start(spec());
    await runs();
    const [before] = podOf(id);
    now().kubelet.lose();
    await told(exits, [id, 'its machine is gone', 'died']);
    await driver.start(spec());
    expect(podOf(id)[0]?.metadata.uid).not.toBe(before?.metadata.uid);
    await now().kubelet.replace();
    await runs();
  });
});

describe('a pod that does not come up', () => {
  it('for its image says which, and what to do', async () => {
    const { driver, exits } = await open({ pods: { image: 'registry.test/nothing:9' }, patience: { image: 0 } });
    await driver.start(spec());
    await told(exits, [
      id,
      expect.stringMatching(/registry\.test\/nothing:9 cannot be pulled.*check SANDBOX_IMAGE/) as string,
      'cannot-start',
    ]);
  });

  it('for want of a machine says so', async () => {
    now().kubelet.full(true);
    // Times of a cluster have whole seconds.
    const { driver, exits } = await open({ patience: { start: 1500 } });
    await driver.start(spec());
    const expected = [id, words('no machine of the cluster has room'), 'cannot-start'];
    await vi.waitFor(() => expect(exits).toEqual([expected]), wait);
    now().kubelet.full(false);
  });

  it('for something that only the cluster knows quotes it', async () => {
    now().rules.slowness = 300;
    const { driver, exits } = await open({ patience: { start: 1500 } });
    await driver.start(spec());
    now().store.remove('secrets', `sandbox-${id}`);
    await told(exits, [
      id,
      expect.stringMatching(/did not come up within.*the cluster says: .*secret "sandbox-.*" not found/) as string,
      'cannot-start',
    ]);
  });
});
