/** What Discord checks of a call before it does it (API reference, Create Message, Edit Message, Components). */
import { z } from 'zod';

const id = z.string().min(1).max(100);

const button = z.strictObject({
  type: z.literal(2),
  style: z.int().min(1).max(4),
  label: z.string().max(80),
  custom_id: id,
});
const menu = z.strictObject({
  type: z.literal(3),
  custom_id: id,
  placeholder: z.string().max(150).optional(),
  options: z
    .array(z.strictObject({ label: z.string().min(1).max(100), value: id }))
    .min(1)
    .max(25),
});
const row = z.strictObject({
  type: z.literal(1),
  components: z.union([z.array(button).min(1).max(5), z.array(menu).length(1)]),
});

const content = z.string().max(2000);
const common = {
  content: content.optional(),
  components: z.array(row).max(5).optional(),
  flags: z.literal(4),
  allowed_mentions: z.strictObject({ parse: z.array(z.never()) }),
};

/** A new message of the bot's: every one of ours mentions nobody and suppresses embeds. */
export const NewMessage = z
  .strictObject({
    ...common,
    nonce: z.string().min(1).max(25),
    enforce_nonce: z.literal(true),
    attachments: z.array(z.strictObject({ id: z.string().regex(/^\d+$/), filename: z.string() })).optional(),
  })
  .refine((body) => (body.content ?? '').trim() !== '' || (body.attachments ?? []).length > 0, 'an empty message');

/** A changed message of the bot's. */
export const ChangedMessage = z.strictObject({ ...common, content: content.refine((text) => text.trim() !== '') });

/** A thread that starts from a message. */
export const NewThread = z.strictObject({
  name: z.string().min(1).max(100),
  auto_archive_duration: z.union([60, 1440, 4320, 10_080].map((minutes) => z.literal(minutes))),
});

const option = z.object({
  type: z.int().min(1).max(11),
  name: z.string().regex(/^[-_\p{L}\p{N}]{1,32}$/u),
  description: z.string().min(1).max(100),
  required: z.boolean().optional(),
  choices: z
    .array(z.strictObject({ name: z.string().max(100), value: z.string().max(100) }))
    .max(25)
    .optional(),
  get options() {
    return z.array(option).max(25).optional();
  },
});

/** The commands of a bot. */
export const Commands = z.array(
  z.object({
    name: z.string().regex(/^[-_a-z0-9]{1,32}$/),
    description: z.string().min(1).max(100),
    options: z.array(option).max(25),
  }),
);
export type Commands = z.infer<typeof Commands>;

/** A form that an interaction opens. */
export const Form = z.strictObject({
  custom_id: id,
  title: z.string().min(1).max(45),
  components: z
    .array(
      z.strictObject({
        type: z.literal(18),
        label: z.string().min(1).max(45),
        component: z.strictObject({
          type: z.literal(4),
          custom_id: id,
          style: z.int().min(1).max(2),
          required: z.boolean(),
          max_length: z.int().max(4000),
        }),
      }),
    )
    .length(1),
});
