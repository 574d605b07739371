import { platformContract } from '../testing/platform-contract.ts';
import { createSlackHarness } from '../testing/slack-harness.ts';

const faults = ['rate-limit', 'server-error', 'lost-answer', 'gone'] as const;

platformContract('Slack by HTTP, in a thread', { createHarness: () => createSlackHarness('http'), faults });
platformContract('Slack by Socket Mode, in a direct message', {
  createHarness: () => createSlackHarness('socket'),
  faults,
});
