import { SHORT, type Metric } from '../metric.ts';

/** The ends of a message's way: the gateway hears platforms, relay calls them. `platform` is a bot: `telegram`, `telegram-support`. */
export const platformMetrics = {
  threadbox_platform_received_total: {
    kind: 'counter',
    help: 'Events taken in from platforms: they are stored.',
    labels: ['platform', 'kind'],
    of: ['gateway'],
    onceSeen: true,
  },
  threadbox_platform_receive_failures_total: {
    kind: 'counter',
    help: 'Events that could not be stored; the platform was not told that they were received.',
    labels: ['platform'],
    of: ['gateway'],
  },
  threadbox_platform_listening: {
    kind: 'gauge',
    help: '1 while a bot hears its platform, or waits to be called by it; 0 while it hears nothing.',
    labels: ['platform'],
    of: ['gateway'],
  },
  threadbox_http_requests_total: {
    kind: 'counter',
    help: 'HTTP requests to the gateway, by the first part of their path and how they were answered.',
    labels: ['route', 'status'],
    of: ['gateway'],
    onceSeen: true,
  },
  threadbox_http_request_seconds: {
    kind: 'histogram',
    help: 'From an HTTP request to the head of its answer.',
    labels: ['route'],
    of: ['gateway'],
    buckets: SHORT,
    onceSeen: true,
  },
  threadbox_platform_calls_total: {
    kind: 'counter',
    help: 'Calls to chat platforms: done, rate_limited, refused (for good), uncertain (no answer), failed.',
    labels: ['platform', 'call', 'outcome'],
    of: ['relay'],
    onceSeen: true,
  },
  threadbox_platform_call_seconds: {
    kind: 'histogram',
    help: 'How long a call to a chat platform took, however it ended.',
    labels: ['platform', 'call'],
    of: ['relay'],
    buckets: SHORT,
    onceSeen: true,
  },
  threadbox_platform_resting_chats: {
    kind: 'gauge',
    help: 'Chats that their platform wants no calls for at the moment.',
    labels: [],
    of: ['relay'],
  },
} as const satisfies Record<string, Metric>;
