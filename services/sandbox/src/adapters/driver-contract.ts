import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SandboxUnavailable, type Driver } from './driver.ts';

/** What a driver's test gives the contract: the driver, and eyes to look into its sandboxes. */
export type DriverHarness = {
  driver: Driver;
  /** A second driver for the same sandboxes, as another process, or the same one after a restart, would have. */
  another: () => Driver;
  /** The text of a file below a running sandbox's workspace; undefined where there is none. */
  read: (id: string, path: string) => Promise<string | undefined>;
  write: (id: string, path: string, text: string) => Promise<void>;
  /** How many processes the sandbox has, whatever group or session they moved to. */
  processes: (id: string) => Promise<number>;
  /** Ends the runner without a word. */
  crash: (id: string) => Promise<void>;
  /** True where nothing of the sandbox is left on this driver's storage. */
  isGone: (id: string) => Promise<boolean>;
  /** From now on this driver's place refuses new sandboxes. */
  refuse: () => Promise<void>;
  end: () => Promise<void>;
};

/** What a kind of driver can be held to beyond the common. */
type Traits = {
  /** Sandboxes have walls: nobody's user, a system that cannot be written, memory that ends. */
  walls: boolean;
  /** How long things may take here, in milliseconds. */
  patience?: number;
};

/**
 * What every driver must promise. The harness's sandboxes run `probe.ts` in place of the runner, with a `peer.ts` where NATS and
 * egress should be, and may have 300 MB of memory where they have walls.
 */
export const driverContract = (
  name: string,
  createHarness: () => Promise<DriverHarness>,
  { walls, patience = 10_000 }: Traits,
): void => {
  describe(`the ${name} driver`, () => {
    let harness: DriverHarness;
    // Names of their own: local drivers on one machine take a process by what its environment names.
    const [id, other] = [randomUUID(), randomUUID()];
    const spec = (sandbox: string = id) => ({
      id: sandbox,
      agent: 'echo',
      natsCreds: `creds of ${sandbox}`,
      modelToken: `token of ${sandbox}`,
    });
    const wait = { timeout: patience, interval: 50 };
    const starts = (sandbox: string = id) => harness.read(sandbox, 'starts');
    const up = (count: number, sandbox = id) =>
      vi.waitFor(async () => expect(await starts(sandbox)).toBe('x'.repeat(count)), wait);

    beforeEach(async () => {
      harness = await createHarness();
    });
    afterEach(async () => {
      await harness.end();
    });

    it('brings a sandbox up, once however often it is told', async () => {
      await harness.driver.start(spec());
      await up(1);
      await harness.driver.start(spec());
      expect(await harness.driver.list()).toEqual([{ id, running: true }]);
      expect(await starts()).toBe('x');
    });

    it('gives it its own name, agent and credentials, and nothing of ours', async () => {
      process.env['SECRET_OF_THE_HOST'] = 'not for sandboxes';
      await harness.driver.start(spec());
      delete process.env['SECRET_OF_THE_HOST'];
      await up(1);
      expect(JSON.parse((await harness.read(id, 'given.json')) ?? '')).toEqual({
        id,
        agent: 'echo',
        natsCreds: `creds of ${id}`,
        modelToken: `token of ${id}`,
      });
      expect(await harness.read(id, 'env.json')).not.toContain('not for sandboxes');
    });

    it.each(['nats', 'egress'])('lets it speak with %s, piece by piece', async (peer) => {
      await harness.driver.start(spec());
      await vi.waitFor(async () => expect(await harness.read(id, `heard-from-${peer}`)).toBe('123'), wait);
    });

    it('puts it to sleep with everything it started, and wakes it with its files', async () => {
      await harness.driver.start(spec());
      await up(1);
      await vi.waitFor(async () => expect(await harness.processes(id)).toBeGreaterThan(1), wait);
      await harness.write(id, 'notes.md', 'remember');
      await harness.driver.stop(id);
      expect(await harness.processes(id)).toBe(0);
      expect(await harness.driver.list()).toEqual([{ id, running: false }]);
      await harness.driver.start(spec());
      await up(2);
      expect(await harness.read(id, 'notes.md')).toBe('remember');
    });

    it('keeps sandboxes apart', async () => {
      await Promise.all([harness.driver.start(spec()), harness.driver.start(spec(other))]);
      await Promise.all([up(1), up(1, other)]);
      await harness.write(id, 'mine', 'mine');
      expect(await harness.read(other, 'mine')).toBeUndefined();
      await harness.driver.stop(other);
      expect(await harness.processes(id)).toBeGreaterThan(0);
    });

    it('removes it with all that it had', async () => {
      await harness.driver.start(spec());
      await up(1);
      await harness.driver.remove(id);
      expect(await harness.processes(id)).toBe(0);
      expect(await harness.isGone(id)).toBe(true);
      expect(await harness.driver.list()).toEqual([]);
    });

    it('says when one ended by itself, cleans up behind it, and can start it again', async () => {
      const ended: Array<[id: string, how: string]> = [];
      harness.driver.onExit((sandbox, _reason, how) => ended.push([sandbox, how]));
      await harness.driver.start(spec());
      await up(1);
      await harness.crash(id);
      await vi.waitFor(() => expect(ended).toEqual([[id, 'died']]), wait);
      expect(await harness.processes(id)).toBe(0);
      await harness.driver.start(spec());
      await up(2);
    });

    it('does not report what it was told to end', async () => {
      const ended: string[] = [];
      harness.driver.onExit((sandbox) => ended.push(sandbox));
      await harness.driver.start(spec());
      await up(1);
      await harness.driver.stop(id);
      await harness.driver.remove(id);
      // Another's end is told: had there been a word of the first, it would have come before.
      await harness.driver.start(spec(other));
      await up(1, other);
      await harness.crash(other);
      await vi.waitFor(() => expect(ended).toContain(other), wait);
      expect(ended).toEqual([other]);
    });

    it('minds no one who stops or removes what is not there', async () => {
      await harness.driver.stop(id);
      await harness.driver.remove(id);
      expect(await harness.driver.list()).toEqual([]);
    });

    it('takes nothing but a sandbox id for a name', async () => {
      await expect(harness.driver.start(spec('../../elsewhere'))).rejects.toThrow(TypeError);
    });

    it('finds after a restart what nobody remembers, and can remove it', async () => {
      await Promise.all([harness.driver.start(spec()), harness.driver.start(spec(other))]);
      await Promise.all([up(1), up(1, other)]);
      await harness.driver.stop(other);
      await harness.driver.close();
      const next = harness.another();
      const ids = (await next.list()).map((found) => found.id);
      expect(ids.toSorted()).toEqual([id, other].toSorted());
      await Promise.all(ids.map(next.remove));
      expect([await harness.isGone(id), await harness.isGone(other), await next.list()]).toEqual([true, true, []]);
      await next.close();
    });

    it('says in plain words why a sandbox cannot be made', async () => {
      await harness.refuse();
      const error = await harness.driver.start(spec()).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(SandboxUnavailable);
      expect(error).toMatchObject({ message: expect.stringMatching(/^\w[^{}\n]{20,}$/) as string });
    });

    if (!walls) return;

    it('makes it nobody, in a place that it cannot change', async () => {
      await harness.driver.start(spec());
      await up(1);
      expect(JSON.parse((await harness.read(id, 'place.json')) ?? '')).toEqual({
        uid: 1000,
        capabilities: '0000000000000000',
        writableRoot: false,
        clusterToken: false,
      });
    });

    it('ends one that takes more memory than it may, says so, and leaves the others alone', async () => {
      const ended: Array<[id: string, reason: string, how: string]> = [];
      harness.driver.onExit((...exit) => ended.push(exit));
      await Promise.all([harness.driver.start(spec()), harness.driver.start(spec(other))]);
      await Promise.all([up(1), up(1, other)]);
      await harness.write(id, 'greed.txt', 'memory');
      await vi.waitFor(() => expect(ended).toHaveLength(1), { ...wait, timeout: patience * 3 });
      expect(ended).toEqual([[id, expect.stringContaining('memory'), 'over-limit']]);
      expect(await harness.processes(other)).toBeGreaterThan(0);
    });
  });
};
