export { freePort, isFree } from './free-port.ts';
export { startPostgres, type Postgres } from './start-postgres.ts';
export { startNats, type Nats } from './start-nats.ts';
