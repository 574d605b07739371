import { z } from 'zod';

/** A session may be taken over elsewhere by whoever has the code. The aggregate's id is the code's hash. */
export const HandoffOffered = z.object({
  type: z.literal('handoff-offered'),
  session: z.uuid(),
  expires: z.iso.datetime(),
});
export type HandoffOffered = z.infer<typeof HandoffOffered>;
