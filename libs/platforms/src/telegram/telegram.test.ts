import { platformContract } from '../testing/platform-contract.ts';
import { createTelegramHarness } from '../testing/telegram-harness.ts';

// In a forum Telegram tells no topic with a reaction; those of other chats are tested in listener.test.ts.
const lacks = ['reactions'] as const;
const faults = ['rate-limit', 'server-error', 'lost-answer', 'gone'] as const;

platformContract('Telegram by polling', { createHarness: () => createTelegramHarness('polling'), lacks, faults });
platformContract('Telegram by webhook', { createHarness: () => createTelegramHarness('webhook'), lacks, faults });
