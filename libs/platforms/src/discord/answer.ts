import {
  InteractionResponseType as Type,
  MessageFlags,
  RESTJSONErrorCodes as Code,
  Routes,
  type REST,
} from 'discord.js';
import type { PlatformLog } from '../log.ts';
import { form } from './components.ts';
import { hasCode, toPortError } from './errors.ts';
import type { DiscordInteraction } from './event.ts';

/** Milliseconds after which Discord is told to be patient: it gives up after three seconds. */
const SOON = 2000;

const words = {
  taken: 'Taken.',
  failed: 'Threadbox could not take that in just now. Please try again in a moment.',
} as const;

/** The answer to one interaction. Never throws: too late, or answered by another gateway, is no harm. */
export type Answer = {
  taken: () => Promise<void>;
  failed: () => Promise<void>;
};

const ephemeral = (content: string): object => ({
  content,
  flags: MessageFlags.Ephemeral,
  allowed_mentions: { parse: [] },
});

type Answering = { rest: REST; log: PlatformLog };

const tell = async ({ log }: Answering, call: () => Promise<unknown>): Promise<void> => {
  try {
    await call();
  } catch (error) {
    if (hasCode(error, Code.UnknownInteraction, Code.InteractionHasAlreadyBeenAcknowledged)) return;
    log.info({ err: toPortError(error, 'answer an interaction', []) }, 'a Discord interaction could not be answered');
  }
};

const respond = ({ rest }: Answering, { id, token }: DiscordInteraction, body: object): Promise<unknown> =>
  rest.post(Routes.interactionCallback(id, token), { body, auth: false });

/** Opens a form at once. */
export const showForm = (
  to: Answering,
  interaction: DiscordInteraction,
  value: string,
  prompt: string,
): Promise<void> => tell(to, () => respond(to, interaction, { type: Type.Modal, data: form(value, prompt) }));

/**
 * Begins to answer an interaction: Discord is told to wait where neither `taken` nor `failed` came in time. `word`: the
 * person gets a word that only they see; `silence`: nothing is shown unless it failed.
 */
export const beginAnswer = (to: Answering, interaction: DiscordInteraction, way: 'word' | 'silence'): Answer => {
  const { rest } = to;
  const { application_id: application, token } = interaction;
  const waiting =
    way === 'word'
      ? { type: Type.DeferredChannelMessageWithSource, data: { flags: MessageFlags.Ephemeral } }
      : { type: Type.DeferredMessageUpdate };
  let deferring: Promise<void> | undefined;
  const timer = setTimeout(() => {
    deferring = tell(to, () => respond(to, interaction, waiting));
  }, SOON);

  const say = async (content: string): Promise<void> => {
    if (deferring === undefined)
      return tell(to, () =>
        respond(to, interaction, { type: Type.ChannelMessageWithSource, data: ephemeral(content) }),
      );
    await deferring;
    const edit = { body: { content, allowed_mentions: { parse: [] } }, auth: false } as const;
    const follow = { body: ephemeral(content), auth: false } as const;
    return tell(to, () =>
      way === 'word'
        ? rest.patch(Routes.webhookMessage(application, token), edit)
        : rest.post(Routes.webhook(application, token), follow),
    );
  };
  return {
    taken: async () => {
      clearTimeout(timer);
      if (way === 'word') return say(words.taken);
      if (deferring === undefined) await tell(to, () => respond(to, interaction, waiting));
    },
    failed: async () => {
      clearTimeout(timer);
      await say(words.failed);
    },
  };
};
