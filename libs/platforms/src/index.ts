export type {
  Accept,
  Incoming,
  IncomingFile,
  Listener,
  OutgoingFile,
  Part,
  Platform,
  Rendering,
  Sender,
} from './port.ts';
export { Misconfigured, RateLimited, Refused, Uncertain } from './errors.ts';
export type { PlatformLog } from './log.ts';
export { platforms, type PlatformName } from './platforms.ts';
export { telegramSettings, botIdOf, type TelegramSettings } from './telegram/settings.ts';
export type { TelegramWorld } from './telegram/listener.ts';
export { webSettings, type WebSettings } from './web/settings.ts';
export type { WebWorld } from './web/web.ts';
