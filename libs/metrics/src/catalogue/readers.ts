import type { Metric } from '../metric.ts';

const of = ['auth', 'session', 'sandbox', 'relay'] as const;

/** Durable readers, their shares taken together; and what they put aside. */
export const readerMetrics = {
  threadbox_reader_messages_total: {
    kind: 'counter',
    help: 'Messages that a durable reader is done with: done, or put aside as dead.',
    labels: ['reader', 'outcome'],
    of,
  },
  threadbox_reader_redeliveries_total: {
    kind: 'counter',
    help: 'Messages that came again, because an earlier reader or this one did not finish in time.',
    labels: ['reader'],
    of,
  },
  threadbox_reader_retries_total: {
    kind: 'counter',
    help: 'Attempts that failed and are made again in place.',
    labels: ['reader'],
    of,
  },
  threadbox_reader_busy_seconds_total: {
    kind: 'counter',
    help: 'Seconds spent on messages, waiting for others included; its rate is how many are in hand on average.',
    labels: ['reader'],
    of,
  },
  threadbox_reader_lag_messages: {
    kind: 'gauge',
    help: 'Messages that wait for a durable reader and were given to nobody yet.',
    labels: ['reader'],
    of,
  },
  threadbox_reader_in_hand_messages: {
    kind: 'gauge',
    help: 'Messages that were given to whoever reads a durable, and are not acknowledged yet.',
    labels: ['reader'],
    of,
  },
  threadbox_reader_oldest_waiting_seconds: {
    kind: 'gauge',
    help: 'How long the oldest message that is not done has waited; 0 where none waits.',
    labels: ['reader'],
    of,
  },
  threadbox_dead_letters: {
    kind: 'gauge',
    help: 'Messages that stand aside because a reader could not process them, until somebody replays or deletes them.',
    labels: ['reader'],
    of,
  },
  threadbox_nats_connected: {
    kind: 'gauge',
    help: '1 while there is a connection to NATS.',
    labels: [],
    of: 'all',
  },
  threadbox_nats_reconnects_total: {
    kind: 'counter',
    help: 'Connections to NATS that were lost and made again.',
    labels: [],
    of: 'all',
  },
} as const satisfies Record<string, Metric>;
