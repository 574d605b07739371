/** Answers to interactions: what only one person sees does not become a message of the channel, as it does in the twin. */
import { Form } from './discord-checks.ts';
import { type DiscordCall, refusal } from './discord-messages.ts';
import type { DiscordState } from './discord-state.ts';

type Body = { type?: number; content?: string; data?: { content?: string; flags?: number } };

const kinds = { 4: 'word', 5: 'wait', 6: 'quiet', 9: 'form' } as const;

/** The first answer to an interaction; a second one is refused. */
export const answerInteraction = async (state: DiscordState, { body }: DiscordCall, id: string): Promise<Response> => {
  const where = { interactionId: id };
  const found = await state.twin.prisma.interactionResponse.findUnique({ where });
  if (!found) return refusal(404, 10062, 'Unknown interaction');
  if (found.acknowledged) return refusal(400, 40060, 'Interaction has already been acknowledged.');
  const { type, data } = JSON.parse(body.toString('utf8')) as Body;
  const kind = kinds[type as keyof typeof kinds];
  if (kind === undefined) return refusal(400, 50035, `Invalid Form Body: type ${type}`);
  if ((kind === 'word' || kind === 'wait') && data?.flags !== 64)
    return refusal(400, 50035, 'for that person only, please');
  if (kind === 'form') {
    const form = Form.safeParse(data);
    if (!form.success) return refusal(400, 50035, `Invalid Form Body: ${form.error.message}`);
  }
  await state.twin.prisma.interactionResponse.update({ where, data: { acknowledged: true, type: type! } });
  state.answers.push({
    interaction: id,
    kind,
    ...(data?.content !== undefined && { text: data.content }),
    ...(kind === 'form' && { form: data }),
  });
  return new Response(null, { status: 204 });
};

/** Words that come later: instead of "is thinking", or besides. */
export const answerLater = async (state: DiscordState, { body }: DiscordCall, token: string): Promise<Response> => {
  const where = { interactionToken: token };
  const found = await state.twin.prisma.interactionResponse.findUnique({ where });
  if (!found) return refusal(404, 10015, 'Unknown Webhook');
  const { content = '' } = JSON.parse(body.toString('utf8')) as Body;
  state.answers.push({ interaction: found.interactionId, kind: 'word', text: content });
  return Response.json({ id: '1' });
};
