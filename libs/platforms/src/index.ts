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
