export type {
  Deed,
  Fault,
  PlatformHarness,
  PlatformUnderTest,
  SampleFile,
  StandingMessage,
} from './platform-harness.ts';
