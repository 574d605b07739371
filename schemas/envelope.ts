import { z } from 'zod';
import { messageVersion } from './upcast.ts';

/** Who is acting: a person known to a workspace by role, or the system itself (timers, recovery). */
export const Principal = z.object({
  /** `<platform>:<user id>`, or `system`. */
  id: z.string().min(1).max(200),
  name: z.string().max(200),
  role: z.enum(['owner', 'user', 'system']),
});
export type Principal = z.infer<typeof Principal>;

/** What everything on the log bears, whatever it says. Trace context travels beside it, in the NATS headers. */
const common = {
  id: z.uuid(),
  /** When it was decided, ISO 8601 in UTC. */
  time: z.iso.datetime(),
  /** The message or commit that made this one happen. */
  causation: z.uuid(),
  /** The first message of the chain: one chat message, one correlation. */
  correlation: z.uuid(),
};

/** A message that carries content: one type, one payload under `data`. */
export const message = <Type extends string, Data extends z.ZodType>(type: Type, data: Data) =>
  z.object({ ...common, version: z.literal(messageVersion(type)), type: z.literal(type), data });

/** Several facts of one aggregate, decided together and appended as one message: all of them or none. */
export const commit = <Event extends z.ZodType>(event: Event) =>
  z.object({
    ...common,
    /** That of its aggregate's events; `upcast` refuses those that are newer. */
    version: z.int().positive(),
    type: z.literal('commit'),
    aggregate: z.object({ type: z.string(), id: z.string() }),
    principal: Principal.optional(),
    events: z.array(event).min(1),
  });

/** The fields that say where a message came from and what it belongs to. */
export type Origin = { id: string; causation: string; correlation: string; time: string };
