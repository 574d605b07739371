import { platformContract } from '../testing/platform-contract.ts';
import { createWebHarness } from '../testing/web-harness.ts';

platformContract('Web', {
  createHarness: createWebHarness,
  faults: ['server-error', 'lost-answer'],
});
