import { platformContract } from '../testing/platform-contract.ts';
import { createTelegramHarness } from '../testing/telegram-harness.ts';

const lacks = ['edits of people', 'reactions'] as const;
const faults = ['rate-limit', 'server-error', 'lost-answer', 'gone'] as const;

platformContract('Telegram by polling', { createHarness: () => createTelegramHarness('polling'), lacks, faults });
platformContract('Telegram by webhook', { createHarness: () => createTelegramHarness('webhook'), lacks, faults });
