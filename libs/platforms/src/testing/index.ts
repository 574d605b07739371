export type {
  Deed,
  Fault,
  PlatformHarness,
  PlatformUnderTest,
  SampleFile,
  StandingMessage,
} from './platform-harness.ts';
export { startFakeBotApi, type FakeBotApi } from './fake-bot-api.ts';
export type { FakeFile } from './fake-bot-methods.ts';
export type { FakeUser } from './fake-bot-people.ts';
export type { FakeCall, FakeFailure } from './fake-bot-server.ts';
export type { BotMessage } from './fake-bot-chats.ts';
export { startFakeDiscord, type FakeDiscord } from './discord-fake.ts';
export type { DiscordAnswer, DiscordFailure } from './discord-state.ts';
