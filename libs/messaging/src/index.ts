export { connectBus, type Bus } from './bus.ts';
export { isTransient, Unprocessable } from './errors.ts';
export { createEventStore, type Cause, type EventStore, type Loaded } from './event-store.ts';
export { ACK_WAIT, provision } from './provision.ts';
export { compose, publish } from './publish.ts';
export { react, type Delivery, type ReactLog, type Reader } from './react.ts';
export { purgeSubject, readMessage } from './read.ts';
export { clearTimers, setTimer, type TimerKey } from './timers.ts';
export { traceHeaders, traceOf } from './trace-headers.ts';
