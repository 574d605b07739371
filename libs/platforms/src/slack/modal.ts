import type { types } from '@slack/bolt';
import { BUTTON_VALUE_BYTES } from '@threadbox/schemas';
import { z } from 'zod';
import type { Incoming } from '../port.ts';
import { parseJson } from '../webhook/read-body.ts';
import { promptOf } from './blocks.ts';
import type { BlockActions, ViewSubmission } from './event.ts';
import { type Hearing, placeOf, threadOfPress } from './incoming.ts';

/** What Slack calls the form of ours. */
export const FORM = 'threadbox.form';
const FIELD = 'answer';

/** What the form remembers of its button while a person types. */
const Memory = z.object({
  value: z.string().min(1),
  channel: z.string(),
  thread: z.string().optional(),
});

/** The form that a pressed button asks for; undefined where it asks for none. */
export const formFor = (press: BlockActions): types.ModalView | undefined => {
  const { action_id: action, value } = press.actions[0]!;
  const prompt = promptOf(action);
  if (prompt === undefined || value === undefined) return undefined;
  const thread = threadOfPress(press);
  const memory = { value, channel: press.container.channel_id, ...(thread !== undefined && { thread }) };
  return {
    type: 'modal',
    callback_id: FORM,
    private_metadata: JSON.stringify(memory),
    // A title has 24 characters at most, so the prompt is the field's label.
    title: { type: 'plain_text', text: 'Your answer' },
    submit: { type: 'plain_text', text: 'Send' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      {
        type: 'input',
        block_id: FIELD,
        label: { type: 'plain_text', text: prompt },
        element: { type: 'plain_text_input', action_id: FIELD, multiline: true, max_length: 3000 },
      },
    ],
  };
};

/** What was typed into the form: the button's value, and the words. Undefined where the form is not of ours. */
export const ofForm = async ({ user, view }: ViewSubmission, hearing: Hearing): Promise<Incoming | undefined> => {
  const memory = Memory.safeParse(parseJson(view.private_metadata));
  const text = view.state.values[FIELD]?.[FIELD]?.value;
  if (!memory.success || text === undefined || text === null) return undefined;
  const { value, channel, thread } = memory.data;
  if (Buffer.byteLength(value) > BUTTON_VALUE_BYTES) return undefined;
  const place = await placeOf(hearing, { channel, thread, user: user.id });
  const eventId = `${hearing.prefix}:${hearing.team}:form:${view.id}`;
  return { eventId, place, kind: 'button', value, text: text.toWellFormed() };
};
