/** What LINE takes in a message, as its reference and its specification say: unknown fields and everything too long is refused. */
import { z } from 'zod';

const color = z.string().regex(/^#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?$/);
const size = z.enum(['xxs', 'xs', 'sm', 'md', 'lg', 'xl', 'xxl', '3xl', '4xl', '5xl']);
const spacing = z.enum(['none', 'xs', 'sm', 'md', 'lg', 'xl', 'xxl']);
const label = z.string().min(1).max(40);
const visible = z.string().refine((text) => text.trim() !== '', 'must be non-empty text');

/** An address as RFC 3986 has it; LINE wants https, and loopback stands for it here. */
const address = (most: number): z.ZodType<string> =>
  z
    .string()
    .max(most)
    .regex(
      /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost)[:/])([\w\-.~:/?#@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/,
      'invalid uri scheme',
    );

const uri = z
  .string()
  .max(1000)
  .regex(/^https?:\/\/([\w\-.~:/?#@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/, 'invalid uri');

const action = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('postback'),
    label,
    data: z.string().min(1).max(300),
    displayText: z.string().min(1).max(300).optional(),
  }),
  z.strictObject({ type: z.literal('uri'), label, uri }),
  z.strictObject({ type: z.literal('clipboard'), label, clipboardText: z.string().min(1).max(1000) }),
]);

const text = z.strictObject({
  type: z.literal('text'),
  text: visible.max(2000),
  wrap: z.boolean().optional(),
  size: size.optional(),
  weight: z.enum(['regular', 'bold']).optional(),
  color: color.optional(),
  align: z.enum(['start', 'end', 'center']).optional(),
  flex: z.int().nonnegative().optional(),
});

const button = z.strictObject({
  type: z.literal('button'),
  action,
  height: z.enum(['sm', 'md']).optional(),
  style: z.enum(['primary', 'secondary', 'link']).optional(),
  color: color.optional(),
});

const separator = z.strictObject({ type: z.literal('separator') });

/** A component of a bubble; a box holds others. */
export type FlexPart = z.infer<typeof text> | z.infer<typeof button> | z.infer<typeof separator> | FlexRow;
type FlexRow = {
  type: 'box';
  layout: 'horizontal' | 'vertical' | 'baseline';
  spacing?: string | undefined;
  contents: FlexPart[];
};

const box: z.ZodType<FlexRow> = z.strictObject({
  type: z.literal('box'),
  layout: z.enum(['horizontal', 'vertical', 'baseline']),
  spacing: spacing.optional(),
  contents: z.lazy(() => z.array(z.union([text, button, separator, box]))),
});

const bubble = z
  .strictObject({
    type: z.literal('bubble'),
    size: z.enum(['nano', 'micro', 'deca', 'hecto', 'kilo', 'mega', 'giga']).optional(),
    body: box.optional(),
    footer: box.optional(),
  })
  .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= 30 * 1024, 'a bubble has at most 30 KB');

/** One message object. */
export const LineMessageObject = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: visible.max(5000) }),
  z.strictObject({ type: z.literal('image'), originalContentUrl: address(2000), previewImageUrl: address(2000) }),
  z.strictObject({ type: z.literal('flex'), altText: visible.max(1500), contents: bubble }),
]);
export type LineMessageObject = z.infer<typeof LineMessageObject>;

const messages = z.array(LineMessageObject).min(1).max(5);

/** The bodies of LINE's calls. */
export const bodies = {
  reply: z.strictObject({ replyToken: z.string().min(1), messages, notificationDisabled: z.boolean().optional() }),
  push: z.strictObject({
    to: z.string().regex(/^[UCR][0-9a-f]{32}$/),
    messages,
    notificationDisabled: z.boolean().optional(),
  }),
  loading: z.strictObject({
    chatId: z.string().regex(/^U[0-9a-f]{32}$/),
    loadingSeconds: z.int().min(5).max(60).multipleOf(5).optional(),
  }),
  endpoint: z.strictObject({ endpoint: address(500) }),
  test: z.strictObject({ endpoint: address(500).optional() }),
} as const;
