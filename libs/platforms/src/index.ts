export { SECURITY_HEADERS } from './web/static-files.ts';
export { parseJson, readBody } from './webhook/read-body.ts';
export type {
  Accept,
  Budget,
  EditOptions,
  Finding,
  Half,
  Incoming,
  IncomingFile,
  Listener,
  OutgoingFile,
  Part,
  Platform,
  PostOptions,
  Rendering,
  Sender,
  World,
} from './port.ts';
export { botsOf, passedOn } from './bots.ts';
export { Misconfigured, RateLimited, Refused, Uncertain } from './errors.ts';
export type { PlatformLog } from './log.ts';
export { slackManifest } from './slack/manifest.ts';
export { platforms } from './platforms.ts';
export { hearingOf, switchedOn, writingOf, type SwitchedOn } from './switched-on.ts';
export { createWorld } from './world/world.ts';
