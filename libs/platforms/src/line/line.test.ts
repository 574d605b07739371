import { createLineHarness } from '../testing/line-harness.ts';
import { platformContract } from '../testing/platform-contract.ts';

const lacks = ['edit', 'edits of people', 'reactions'] as const;
const faults = ['rate-limit', 'server-error', 'lost-answer', 'gone'] as const;

platformContract('LINE with one person', { createHarness: () => createLineHarness('person'), lacks, faults });
platformContract('LINE in a group', { createHarness: () => createLineHarness('group'), lacks, faults });
