import { createDiscordHarness } from '../testing/discord-harness.ts';
import { platformContract } from '../testing/platform-contract.ts';

const faults = ['rate-limit', 'server-error', 'lost-answer', 'gone'] as const;

platformContract('Discord', { createHarness: createDiscordHarness, faults });
