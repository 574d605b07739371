export { startNats, type Nats } from './start-nats.ts';
