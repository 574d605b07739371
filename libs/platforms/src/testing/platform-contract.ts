/** What every platform promises, as one suite that each of them runs against itself or a stand-in. */
import { afterEach, beforeEach, describe } from 'vitest';
import { faultContracts } from './contract-faults.ts';
import { hearingContract } from './contract-hearing.ts';
import { createIntake, received, type Scene } from './contract-scene.ts';
import { writingContract } from './contract-writing.ts';
import type { PlatformUnderTest } from './platform-harness.ts';

/** Runs the suite. Call it once per platform (and per way of hearing, where there are several). */
export const platformContract = (name: string, { createHarness, faults, lacks = [] }: PlatformUnderTest): void => {
  describe(`${name}: what every platform promises`, () => {
    const scene = {} as Scene;

    beforeEach(async () => {
      scene.platform = await createHarness();
      scene.intake = createIntake();
      scene.listener = scene.platform.createListener();
      await scene.listener.start(scene.intake.accept);
    });
    afterEach(async () => {
      await scene.listener.stop();
      await scene.platform.close();
    });

    hearingContract(scene, lacks);
    writingContract(scene, lacks);
    describe('faults', () => {
      beforeEach(async () => received(await scene.platform.person.say('Hello')));
      for (const fault of faults) faultContracts[fault](scene, lacks);
    });
  });
};
