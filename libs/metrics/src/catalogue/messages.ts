import { LONG, WIDE, type Metric } from '../metric.ts';

/** The way of a message from one end to the other, and its turn. */
export const messageMetrics = {
  threadbox_admissions_total: {
    kind: 'counter',
    help: 'What auth decided about what was said: admitted, answered, asked (for an owner), ordered, ignored.',
    labels: ['verdict'],
    of: ['auth'],
  },
  threadbox_message_stage_seconds: {
    kind: 'histogram',
    help: 'One stage of a message’s way: admitted (from received), started (its turn, from admitted), first_output (from started), shown (the whole answer, from finished).',
    labels: ['stage'],
    of: ['auth', 'session', 'relay'],
    buckets: WIDE,
  },
  threadbox_message_answered_seconds: {
    kind: 'histogram',
    help: 'The whole way: from the gateway receiving a message to its answer standing in the chat.',
    labels: [],
    of: ['relay'],
    buckets: WIDE,
  },
  threadbox_turns_total: {
    kind: 'counter',
    help: 'Turns that ended: completed, cancelled, refused, limited or failed.',
    labels: ['outcome'],
    of: ['session'],
  },
  threadbox_turn_seconds: {
    kind: 'histogram',
    help: 'How long an agent worked on a turn, by its own clock.',
    labels: ['outcome'],
    of: ['session'],
    buckets: LONG,
  },
  threadbox_turns_running: {
    kind: 'gauge',
    help: 'Turns that run, of the sessions whose commits came by here since the start.',
    labels: [],
    of: ['session'],
  },
  threadbox_turns_waiting: {
    kind: 'gauge',
    help: 'Turns that wait for an earlier one of their session, of the same sessions.',
    labels: [],
    of: ['session'],
  },
} as const satisfies Record<string, Metric>;
