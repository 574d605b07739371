/** The brownouts that cost little time, shortened. `npm run chaos -- brownouts` has all of them, for as long as wanted. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAudit, type Audit } from './audit.ts';
import { brownouts } from './brownouts.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
let audit: Audit;
beforeAll(async () => {
  stage = await openStage({ wire: true, clocks: true, fileStore: 96 * 1024 * 1024 });
  audit = createAudit(stage);
});
afterAll(() => stage.stop());

describe('everything is answered once', () => {
  it.each(['postgres gone', 'nats cut off, then back', 'disk full', 'clocks an hour behind', 'queue full'])(
    'though: %s',
    async (name) => {
      const complaints = await brownouts[name]?.(stage, audit, 1500);
      expect([...(complaints ?? ['unknown']), ...(await audit.complaints())]).toEqual([]);
    },
  );
});
