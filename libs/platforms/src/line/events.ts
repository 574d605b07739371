/** The part of LINE's webhook events that Threadbox reads; everything else in them is left unread. */
import { z } from 'zod';

const user = z.string().regex(/^U[0-9a-f]{32}$/);

const source = z.discriminatedUnion('type', [
  z.object({ type: z.literal('user'), userId: user }),
  z.object({ type: z.literal('group'), groupId: z.string().regex(/^C[0-9a-f]{32}$/), userId: user.optional() }),
  z.object({ type: z.literal('room'), roomId: z.string().regex(/^R[0-9a-f]{32}$/), userId: user.optional() }),
]);
export type LineSource = z.infer<typeof source>;

const id = z.string().regex(/^[\w-]{1,100}$/);
const contentProvider = z.object({ type: z.enum(['line', 'external']) });
const place = z.int().nonnegative();

const message = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('text'),
    id,
    text: z.string(),
    mention: z
      .object({
        mentionees: z.array(z.object({ index: place, length: place, isSelf: z.boolean().optional() })),
      })
      .optional()
      .catch(undefined),
  }),
  z.object({ type: z.enum(['image', 'video', 'audio']), id, contentProvider }),
  z.object({ type: z.literal('file'), id, fileName: z.string(), fileSize: z.number().nonnegative() }),
  z.object({
    type: z.literal('sticker'),
    id,
    keywords: z.array(z.string()).optional().catch(undefined),
    text: z.string().optional(),
  }),
  z.object({
    type: z.literal('location'),
    id,
    title: z.string().optional(),
    address: z.string().optional(),
    latitude: z.number(),
    longitude: z.number(),
  }),
]);
export type LineMessage = z.infer<typeof message>;

/** One event. A kind of message or of source that is not known here is left out of it: LINE adds them without notice. */
export const LineEvent = z.object({
  type: z.string(),
  mode: z.string(),
  timestamp: z.int(),
  webhookEventId: z.string().min(1).max(100),
  deliveryContext: z.object({ isRedelivery: z.boolean() }),
  source: source.optional().catch(undefined),
  replyToken: z.string().max(500).optional(),
  message: message.optional().catch(undefined),
  postback: z.object({ data: z.string() }).optional().catch(undefined),
});
export type LineEvent = z.infer<typeof LineEvent>;

/** The body of a delivery. Its events are read one by one, so that a strange one does not hold up the others. */
export const LineDelivery = z.object({ destination: z.string(), events: z.array(z.unknown()).max(1000) });
