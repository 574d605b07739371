import { counter, histogram } from '@threadbox/metrics';

/** Why egress did not pass a call on to the model. */
const REASONS = ['limit', 'too_fast', 'no_session', 'bad_token', 'bad_request', 'no_log', 'credential'] as const;
export type RefusalReason = (typeof REASONS)[number];

/** Counts what becomes of calls to the model, short of what they cost. */
export const createModelMetrics = () => {
  const refusals = counter(
    'threadbox_model_refusals_total',
    REASONS.map((reason) => ({ reason })),
  );
  const responses = counter('threadbox_model_responses_total');
  const took = histogram('threadbox_model_response_seconds');
  return {
    refused: (reason: RefusalReason): void => refusals({ reason }),
    /** The head of an answer came after so many seconds. */
    answered: (status: number, seconds: number): void => {
      responses({ status: String(status) });
      took(seconds, {});
    },
    unreachable: (): void => responses({ status: 'unreachable' }),
  };
};

export type ModelMetrics = ReturnType<typeof createModelMetrics>;
