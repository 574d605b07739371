import { App, type Receiver } from '@slack/bolt';
import { Refused } from '../errors.ts';
import type { PlatformLog } from '../log.ts';
import type { Hints, Incoming } from '../port.ts';
import { clientOptions, silent } from './client.ts';
import { addressOf } from './conversation.ts';
import { answerOf } from './errors.ts';
import { BlockActions, ChangeEvent, MessageEvent, ReactionEvent, SlashCommand, ViewSubmission } from './event.ts';
import { fileOpener } from './files.ts';
import { isThreadRoot, readMessage } from './find.ts';
import { type Hearing, ofChange, ofCommand, ofMessage, ofPress, ofReaction } from './incoming.ts';
import { FORM, formFor, ofForm } from './modal.ts';
import { createNames } from './names.ts';
import type { SlackSettings } from './settings.ts';
import type { TakeIn } from './take-in.ts';
import type { Teams } from './teams.ts';

/** How often an event is handed over before Slack is told to deliver again, and one that a person waits for. */
export type Attempts = { event: number; interaction: number };

type Options = {
  settings: SlackSettings;
  prefix: string;
  receiver: Receiver;
  teams: Teams;
  takeIn: TakeIn;
  attempts: Attempts;
  hints: Hints;
  log: PlatformLog;
};

/** Where an error of Bolt's came from. */
const originOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'original' in error ? originOf(error.original) : error;

/** Bolt, with everything that Threadbox hears. What a listener throws comes out of `processEvent`. */
export const createApp = (options: Options): App => {
  const { settings, prefix, receiver, teams, takeIn, attempts, hints, log } = options;
  const names = createNames(teams);
  const app = new App({
    receiver,
    convoStore: false,
    logger: silent,
    clientOptions: clientOptions(settings, 2500),
    authorize: async ({ teamId = '' }) => {
      const [{ token }, { userId, botId }] = [await teams.find(teamId), await teams.identity(teamId)];
      return { botToken: token, botUserId: userId, teamId, ...(botId !== undefined && { botId }) };
    },
  });

  const hearingOf = async (team: string): Promise<Hearing> => ({
    prefix,
    team,
    bot: (await teams.identity(team)).userId,
    nameOf: names,
    open: fileOpener(settings.SLACK_API_ROOT, async () => (await teams.find(team)).token),
  });

  /** A stream in a channel is for somebody: whoever spoke last in the thread, or gave the command. */
  const hint = async (incoming: Incoming | undefined): Promise<Incoming | undefined> => {
    if (incoming === undefined) return undefined;
    const { direct, conversation, author } = incoming.place;
    const isWanted = !direct && (incoming.kind === 'command' || addressOf(conversation).thread !== undefined);
    if (isWanted)
      await hints.leave(conversation, author.id.slice('slack:'.length)).catch((error: unknown) => {
        log.warn({ err: error }, 'who spoke could not be left for the sender');
      });
    return incoming;
  };

  const take = (
    { teamId = '' }: { teamId?: string },
    of: (hearing: Hearing) => Promise<Incoming | undefined>,
    times: number,
  ): Promise<void> => takeIn(async () => hint(await of(await hearingOf(teamId))), times);

  const unread = (type: string): void => log.error({ type }, 'a Slack payload could not be read and is left out');

  const hearMessage = async (event: unknown, from: { teamId?: string }): Promise<void> => {
    const change = ChangeEvent.safeParse(event);
    if (change.success) return take(from, (at) => ofChange(change.data, at), attempts.event);
    const said = MessageEvent.safeParse(event);
    // Deleted messages, people who join: there are many kinds, and not all of them are messages.
    if (said.success) return take(from, (at) => ofMessage(said.data, at), attempts.event);
  };
  app.event('message', ({ event, context }) => hearMessage(event, context));
  app.event('app_mention', ({ event, context }) => hearMessage(event, context));

  const threadOf = (team: string) => async (channel: string, ts: string) => {
    const message = await readMessage((await teams.find(team)).client, channel, ts);
    const thread = message?.thread_ts;
    if (message && isThreadRoot(message)) return ts;
    return thread === ts ? undefined : thread;
  };
  app.event('reaction_added', async ({ event, context }) => {
    const { data } = ReactionEvent.safeParse(event);
    if (!data) return unread('reaction_added');
    await take(context, (at) => ofReaction(data, at, threadOf(at.team)), attempts.event);
  });

  app.event('app_uninstalled', async ({ context }) => teams.remove(context.teamId ?? ''));

  app.command(/^\//, async ({ command, context, ack }) => {
    const { data } = SlashCommand.safeParse(command);
    if (!data) return unread('command');
    await take(context, (at) => ofCommand(data, at), attempts.interaction);
    await ack();
  });

  app.action(/^threadbox\./, async ({ body, context, client, ack }) => {
    const { data } = BlockActions.safeParse(body);
    if (!data) return unread('block_actions');
    const form = formFor(data);
    if (form) {
      await client.views.open({ trigger_id: data.trigger_id, view: form }).catch((error: unknown) => {
        // Too late: nobody waits for the form any more. Everything else, the person is shown as a failure.
        if (answerOf(error) !== 'expired_trigger_id') throw error;
      });
      return ack();
    }
    await take(context, (at) => ofPress(data, at), attempts.interaction);
    await ack();
  });

  app.view(FORM, async ({ body, context, ack }) => {
    const { data } = ViewSubmission.safeParse(body);
    if (!data) return unread('view_submission');
    await take(context, (at) => ofForm(data, at), attempts.interaction);
    await ack();
  });

  app.error(async (error) => {
    const origin = originOf(error);
    // Of a workspace that the app was removed from, nothing is heard, however often Slack tells.
    if (error.code === 'slack_bolt_authorization_error' && origin instanceof Refused)
      return log.warn({ reason: origin.reason }, 'a Slack event came from where the app is not installed');
    throw origin;
  });
  return app;
};
