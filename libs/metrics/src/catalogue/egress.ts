import { LONG, type Metric } from '../metric.ts';

const of = ['egress'] as const;

/** The way out of sandboxes: to the model, and to everything else. A model without a known price is `other`: its name is a sandbox's word. */
export const egressMetrics = {
  threadbox_egress_ways_total: {
    kind: 'counter',
    help: 'Decisions about ways out of sandboxes, and why.',
    labels: ['verdict', 'why'],
    of,
  },
  threadbox_model_refusals_total: {
    kind: 'counter',
    help: 'Calls to the model that egress refused: limit, too_fast, no_session, bad_token, bad_request, no_log, credential.',
    labels: ['reason'],
    of,
  },
  threadbox_model_limits_reached_total: {
    kind: 'counter',
    help: 'Calls refused because a limit is reached, by whose limit it is: user, session, workspace.',
    labels: ['scope'],
    of,
  },
  threadbox_model_responses_total: {
    kind: 'counter',
    help: 'Answers of the model’s API by HTTP status; `unreachable` where there was none.',
    labels: ['status'],
    of,
    onceSeen: true,
  },
  threadbox_model_response_seconds: {
    kind: 'histogram',
    help: 'From asking the model’s API to the head of its answer.',
    labels: [],
    of,
    buckets: LONG,
  },
  threadbox_model_tokens_total: {
    kind: 'counter',
    help: 'Tokens that were booked: input, output, cache_read, cache_write.',
    labels: ['model', 'kind'],
    of,
    onceSeen: true,
  },
  threadbox_model_cost_dollars_total: {
    kind: 'counter',
    help: 'What was booked, in US dollars by list price.',
    labels: ['model'],
    of,
    onceSeen: true,
  },
  threadbox_model_bookings_open: {
    kind: 'gauge',
    help: 'Calls to the model that are under way or not booked yet.',
    labels: [],
    of,
  },
} as const satisfies Record<string, Metric>;
