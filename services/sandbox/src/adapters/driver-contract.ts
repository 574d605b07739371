import { deriveId } from '@threadbox/schemas';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Driver } from './driver.ts';

/** What a driver's test gives the contract: the driver, and eyes to look into its sandboxes. */
export type DriverHarness = {
  driver: Driver;
  /** The text of a file below a sandbox's workspace; undefined where there is none. */
  read: (id: string, path: string) => Promise<string | undefined>;
  write: (id: string, path: string, text: string) => Promise<void>;
  /** How many processes the sandbox has, whatever group or session they moved to. */
  processes: (id: string) => Promise<number>;
  /** Kills the runner without a word. */
  crash: (id: string) => Promise<void>;
  /** True where nothing of the sandbox is left on this driver's storage. */
  isGone: (id: string) => Promise<boolean>;
  end: () => Promise<void>;
};

/**
 * What every driver must promise. The harness's sandboxes run `probe.ts` in place of the runner: it writes its
 * environment to `env.json`, counts its starts in `starts`, and leaves a process behind in a session of its own.
 */
export const driverContract = (name: string, createHarness: () => Promise<DriverHarness>): void => {
  describe(`the ${name} driver`, () => {
    let harness: DriverHarness;
    const id = deriveId('sandbox', 1);
    const spec = (sandbox = id) => ({
      id: sandbox,
      agent: 'echo',
      natsCreds: `creds of ${sandbox}`,
      modelToken: `token of ${sandbox}`,
    });
    const starts = (sandbox = id) => harness.read(sandbox, 'starts');
    const up = (count: number, sandbox = id) =>
      vi.waitFor(async () => expect(await starts(sandbox)).toBe('x'.repeat(count)), 10_000);

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
      const text = (await harness.read(id, 'env.json')) ?? '';
      expect(JSON.parse(text)).toMatchObject({ SANDBOX_ID: id, AGENT: 'echo', MODEL_TOKEN: `token of ${id}` });
      expect(text).not.toContain('not for sandboxes');
      expect(await harness.read(id, 'creds.txt')).toBe(`creds of ${id}`);
    });

    it('puts it to sleep with everything it started, and wakes it with its files', async () => {
      await harness.driver.start(spec());
      await up(1);
      await vi.waitFor(async () => expect(await harness.processes(id)).toBeGreaterThan(1), 10_000);
      await harness.write(id, 'notes.md', 'remember');
      await harness.driver.stop(id);
      expect(await harness.processes(id)).toBe(0);
      expect(await harness.driver.list()).toEqual([{ id, running: false }]);
      await harness.driver.start(spec());
      await up(2);
      expect(await harness.read(id, 'notes.md')).toBe('remember');
    });

    it('keeps sandboxes apart', async () => {
      const other = deriveId('sandbox', 2);
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
      const ended: string[] = [];
      harness.driver.onExit((sandbox) => ended.push(sandbox));
      await harness.driver.start(spec());
      await up(1);
      await harness.crash(id);
      await vi.waitFor(() => expect(ended).toEqual([id]), 10_000);
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
      expect(ended).toEqual([]);
    });

    it('minds no one who stops or removes what is not there', async () => {
      await harness.driver.stop(id);
      await harness.driver.remove(id);
      expect(await harness.driver.list()).toEqual([]);
    });

    it('takes nothing but a sandbox id for a name', async () => {
      await expect(harness.driver.start(spec('../../elsewhere'))).rejects.toThrow(TypeError);
    });
  });
};
