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
export { type FakeLine, startFakeLine } from './line-fake.ts';
export type { LineFile, LineUser } from './line-people.ts';
export { startFakeSlack, type FakeSlack } from './slack-fake.ts';
export type { SlackCall, SlackFailure } from './slack-api.ts';
export { startFakeDiscord, type FakeDiscord } from './discord-fake.ts';
export type { DiscordAnswer, DiscordFailure } from './discord-state.ts';
