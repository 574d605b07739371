import { burst } from './burst.ts';
import { growth } from './growth.ts';
import { logSuites } from './log-suites.ts';
import { latency, realSandboxes, throughput } from './messages.ts';
import { measureSandboxes } from './sandboxes.ts';
import type { Suite } from './suite.ts';
import { tracing } from './tracing.ts';

/** What can be measured, in the order in which `npm run bench` does it. */
export const suites: Readonly<Record<string, Suite>> = {
  latency,
  'real-sandboxes': realSandboxes,
  throughput,
  burst,
  tracing,
  sandboxes: {
    title: 'First answers',
    about: 'milliseconds from the first message of a new chat to its answer; the echo agent',
    targets: [],
    run: ({ scale }) => measureSandboxes(Math.max(2, Math.round(10 * scale))),
  },
  ...logSuites,
  growth,
};
