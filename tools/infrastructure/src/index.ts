export { startChild, type Child } from './child.ts';
export { findBubblewrap } from './find-bubblewrap.ts';
export { findKubectl } from './find-kubectl.ts';
export { findNatsServer } from './find-nats-server.ts';
export { findPostgres } from './postgres-binaries.ts';
export { freePort, isFree } from './free-port.ts';
export { run } from './run.ts';
export { startPostgres, type Postgres } from './start-postgres.ts';
export { startNats, type Nats } from './start-nats.ts';
