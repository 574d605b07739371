import { counter, observed } from '@threadbox/metrics';
import { LimitScope, type Tokens } from '@threadbox/schemas';

const KINDS = {
  input: 'input',
  output: 'output',
  cacheRead: 'cache_read',
  cacheWrite: 'cache_write',
  cacheWriteHour: 'cache_write',
} as const satisfies Record<keyof Tokens, string>;

/** Counts what calls to the model cost. `open`: how many are not booked yet. */
export const createBookingMetrics = (open: () => number) => {
  const tokens = counter('threadbox_model_tokens_total');
  const dollars = counter('threadbox_model_cost_dollars_total');
  const limits = counter(
    'threadbox_model_limits_reached_total',
    LimitScope.options.map((scope) => ({ scope })),
  );
  observed(['threadbox_model_bookings_open'], (observe) => observe('threadbox_model_bookings_open', open(), {}));
  return {
    /** `model` is a name with a price, or `other`. */
    booked: (model: string, used: Tokens, micros: number): void => {
      for (const [kind, count] of Object.entries(used) as Array<[keyof Tokens, number]>)
        if (count > 0) tokens({ model, kind: KINDS[kind] }, count);
      dollars({ model }, micros / 1e6);
    },
    limited: (scope: LimitScope): void => limits({ scope }),
  };
};
