import { deriveId, type Button } from '@threadbox/schemas';
import { expect, vi } from 'vitest';
import type { Incoming, Listener, Part } from '../port.ts';
import type { Deed, PlatformHarness, SampleFile } from './platform-harness.ts';

/** The gateway's place in the suite: takes in what comes, holds it, or refuses it for as long as it is told to. */
export type Intake = {
  accept: (incoming: Incoming) => Promise<void>;
  /** Everything that `accept` was called with, and what of it was taken. */
  offered: Incoming[];
  accepted: Incoming[];
  refuse: (times: number) => void;
  /** Accepting waits until the returned function is called. */
  hold: () => () => void;
};

/** An intake that takes everything. */
export const createIntake = (): Intake => {
  const offered: Incoming[] = [];
  const accepted: Incoming[] = [];
  let refusals = 0;
  let gate: Promise<void> = Promise.resolve();
  return {
    offered,
    accepted,
    refuse: (times) => void (refusals = times),
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
    accept: async (incoming) => {
      offered.push(incoming);
      if (refusals > 0) {
        refusals -= 1;
        throw new Error('the log did not take it');
      }
      await gate;
      accepted.push(incoming);
    },
  };
};

/** What one test plays with; filled before each. */
export type Scene = { platform: PlatformHarness; listener: Listener; intake: Intake };

/** Two buttons. */
export const yes: Button = { label: 'Yes', value: 'answer:yes', style: 'primary' };
export const no: Button = { label: 'No', value: 'answer:no', style: 'danger' };

/** The key of the n-th post of a test. */
export const key = (n: number): string => deriveId('platform-contract', n);

/** Every byte there is, so that no text conversion goes unseen. */
export const sample: SampleFile = {
  name: 'every-byte.bin',
  mediaType: 'application/octet-stream',
  bytes: Uint8Array.from({ length: 70_000 }, (_, i) => i % 256),
};

/** Waits until what is checked holds. */
export const eventually = <Result>(check: () => Result | Promise<Result>): Promise<Result> =>
  vi.waitFor(check, { timeout: 15_000, interval: 10 });

/** Waits until the platform was told that the deed has arrived. */
export const received = (deed: Deed): Promise<void> => eventually(() => expect(deed.received()).toBe(true));

/** A short Markdown text as one part. */
export const partOf = ({ platform }: Scene, markdown: string): Part => platform.sender.renderLive(markdown, '');
