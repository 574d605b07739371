/** What Slack refuses in a message (Block Kit reference): the emulator takes anything. */
import { z } from 'zod';

const plain = (limit: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(limit), emoji: z.boolean().optional() });

const button = z.strictObject({
  type: z.literal('button'),
  action_id: z.string().min(1).max(255),
  text: plain(75),
  value: z.string().max(2000),
  style: z.enum(['primary', 'danger']).optional(),
});

const blocks = z
  .array(
    z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('markdown'), text: z.string().min(1) }),
      z.strictObject({ type: z.literal('actions'), elements: z.array(button).min(1).max(25) }),
    ]),
  )
  .max(50);

/** A message's blocks, as we send them. */
export type FakeBlocks = z.infer<typeof blocks>;

/** Reads blocks; undefined where there are none, or none of ours. */
export const blocksOf = (raw: unknown): FakeBlocks | undefined => {
  if (raw === undefined) return undefined;
  const parsed = blocks.safeParse(typeof raw === 'string' ? JSON.parse(raw) : raw);
  return parsed.success ? parsed.data : undefined;
};

/** What Slack says against a message; undefined where it takes it. */
export const complaint = (input: Record<string, unknown>): string | undefined => {
  if (input['blocks'] === undefined) return undefined;
  const given = blocksOf(input['blocks']);
  if (given === undefined) return 'invalid_blocks';
  const text = given.flatMap((each) => (each.type === 'markdown' ? [each.text] : [])).join('');
  if (text.length > 12_000) return 'msg_blocks_too_long';
  const actions = given.flatMap((each) => (each.type === 'actions' ? each.elements.map((one) => one.action_id) : []));
  return new Set(actions).size === actions.length ? undefined : 'invalid_blocks';
};

const modal = z.strictObject({
  type: z.literal('modal'),
  callback_id: z.string().max(255),
  private_metadata: z.string().max(3000),
  title: plain(24),
  submit: plain(24),
  close: plain(24),
  blocks: z
    .array(
      z.strictObject({
        type: z.literal('input'),
        block_id: z.string(),
        label: plain(2000),
        element: z.strictObject({
          type: z.literal('plain_text_input'),
          action_id: z.string(),
          multiline: z.boolean(),
          max_length: z.int().max(3000),
        }),
      }),
    )
    .min(1),
});

/** A form, as we open it; undefined where Slack would refuse it. */
export const formOf = (raw: unknown): z.infer<typeof modal> | undefined =>
  modal.safeParse(typeof raw === 'string' ? JSON.parse(raw) : raw).data;
