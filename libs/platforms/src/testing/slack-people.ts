/** What people do in the fake, and the payloads that Slack makes of it (Events API, interactivity, slash commands). */
import { randomUUID } from 'node:crypto';
import type { SampleFile } from './platform-harness.ts';
import { fakeSlackApp, type SlackApi } from './slack-api.ts';
import { blocksOf } from './slack-checks.ts';
import type { Delivery, Told } from './slack-delivery.ts';

const { team, appId, botUser, botToken } = fakeSlackApp;

/** Where somebody is. */
export type At = { channel: string; thread?: string };

/** What Slack makes of what a person types. */
const wire = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const envelope = (event: Record<string, unknown>): Told => ({
  kind: 'events_api',
  payload: {
    token: 'verification-token-unused',
    team_id: team,
    api_app_id: appId,
    type: 'event_callback',
    event_id: `Ev${randomUUID().replaceAll('-', '').slice(0, 9).toUpperCase()}`,
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [
      { enterprise_id: null, team_id: team, user_id: botUser, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
    event,
  },
});

const channelType = (channel: string): string => (channel.startsWith('D') ? 'im' : 'channel');

/** A person: the name that others see, the one that is typed, and what they call the Web API with. */
export type FakePerson = { id: string; name: string; user: string; token: string };

/** What a person can do. Each tells of it, and resolves with whether it was received. */
export const createSlackPeople = (api: SlackApi, delivery: () => Delivery, person: FakePerson) => {
  let last: Record<string, unknown> | undefined;
  const call = async (method: string, input: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const answer = await api.as(person.token, method, input);
    if (answer['ok'] !== true) throw new Error(`${method}: ${String(answer['error'])}`);
    return answer;
  };
  const tell = (told: Told) => delivery().tell(told);

  const messageAt = async ({ channel }: At, ts: string): Promise<Record<string, unknown>> => {
    const answer = await call('conversations.replies', { channel, ts });
    const found = (answer['messages'] as Record<string, unknown>[]).find((each) => each['ts'] === ts);
    if (!found) throw new Error(`there is no message ${ts}`);
    return found;
  };

  const postFile = async (
    { channel, thread }: At,
    text: string,
    file: SampleFile,
  ): Promise<Record<string, unknown>> => {
    const { name: filename, bytes } = file;
    const begun = await call('files.getUploadURLExternal', { filename, length: bytes.byteLength });
    await fetch(String(begun['upload_url']), { method: 'POST', body: new Uint8Array(bytes) });
    const files = JSON.stringify([{ id: begun['file_id'], title: filename }]);
    const destination = { channel_id: channel, thread_ts: thread, initial_comment: text };
    const done = await call('files.completeUploadExternal', { files, ...destination });
    const [shared] = done['files'] as { shares: Record<string, Record<string, { ts: string }[]>> }[];
    const { public: open, private: closed } = shared!.shares;
    return messageAt({ channel }, (open ?? closed)![channel]![0]!.ts);
  };

  const press = async (at: At, messageId: string, label: string) => {
    const message = await messageAt(at, messageId);
    const buttons = (blocksOf(message['blocks']) ?? []).flatMap((each) =>
      each.type === 'actions' ? each.elements : [],
    );
    const button = buttons.find(({ text }) => text.text === label);
    if (!button) throw new Error(`there is no button ${label}`);
    const trigger = await api.as(botToken, 'views.generateTriggerId', { user_id: person.id });
    const thread = message['thread_ts'];
    return tell({
      kind: 'interactive',
      payload: {
        type: 'block_actions',
        user: { id: person.id, username: person.user, name: person.user, team_id: team },
        api_app_id: appId,
        token: 'verification-token-unused',
        container: {
          type: 'message',
          message_ts: messageId,
          channel_id: at.channel,
          is_ephemeral: false,
          ...(thread !== undefined && { thread_ts: thread }),
        },
        trigger_id: trigger['trigger_id'],
        team: { id: team, domain: 'emulate' },
        enterprise: null,
        is_enterprise_install: false,
        channel: { id: at.channel, name: 'general' },
        message,
        response_url: 'https://hooks.slack.com/actions/unused',
        actions: [{ ...button, block_id: 'b1', action_ts: String(Date.now() / 1000) }],
      },
    });
  };

  return {
    /** Says something; `mention` begins it with `@threadbox`, of which Slack tells twice. */
    say: async (at: At, text: string, { file, mention = false }: { file?: SampleFile; mention?: boolean } = {}) => {
      const said = `${mention ? `<@${botUser}> ` : ''}${wire(text)}`;
      const { channel, thread } = at;
      const message = file
        ? await postFile(at, said, file)
        : ((await call('chat.postMessage', { channel, thread_ts: thread, text: said }))['message'] as object);
      const event = { type: 'message', channel, channel_type: channelType(channel), team, ...message };
      last = { ...event, event_ts: (event as { ts?: string }).ts };
      const deed = tell(envelope(last));
      if (!mention) return { ...deed, ts: String(last['ts']) };
      const { channel_type: _, ...mentioned } = last;
      const second = tell(envelope({ ...mentioned, type: 'app_mention' }));
      return { received: () => deed.received() && second.received(), ts: String(last['ts']) };
    },
    /** Changes what was said last. */
    edit: async (text: string) => {
      if (!last) throw new Error('nothing was said yet');
      const channel = String(last['channel']);
      const changed = await call('chat.update', { channel, ts: last['ts'], text: wire(text) });
      const message = { ...last, ...(changed['message'] as object), type: 'message' };
      const ts = (message as { edited?: { ts: string } }).edited?.ts;
      return tell(
        envelope({
          type: 'message',
          subtype: 'message_changed',
          hidden: true,
          channel,
          channel_type: channelType(channel),
          ts,
          event_ts: ts,
          message,
          previous_message: last,
        }),
      );
    },
    /** `/claude <line>`, in the field where messages are written. */
    command: (channel: string, line: string) =>
      tell({
        kind: 'slash_commands',
        payload: {
          token: 'verification-token-unused',
          team_id: team,
          team_domain: 'emulate',
          channel_id: channel,
          channel_name: channel.startsWith('D') ? 'directmessage' : 'general',
          user_id: person.id,
          user_name: person.user,
          command: '/claude',
          text: wire(line),
          api_app_id: appId,
          is_enterprise_install: 'false',
          response_url: 'https://hooks.slack.com/commands/unused',
          trigger_id: `${Date.now()}.${randomUUID()}`,
        },
      }),
    press,
    /** Fills in the form that was opened last, and sends it. */
    answer: (text: string) => {
      const opened = api.calls.findLast(({ method }) => method === 'views.open');
      if (!opened) throw new Error('no form was opened');
      const view = JSON.parse(String(opened.input['view'])) as {
        blocks: { block_id: string; element: { action_id: string } }[];
      };
      const [field] = view.blocks;
      const values = { [field!.block_id]: { [field!.element.action_id]: { type: 'plain_text_input', value: text } } };
      return tell({
        kind: 'interactive',
        payload: {
          type: 'view_submission',
          team: { id: team, domain: 'emulate' },
          user: { id: person.id, username: person.user, name: person.user, team_id: team },
          api_app_id: appId,
          token: 'verification-token-unused',
          trigger_id: `${Date.now()}.${randomUUID()}`,
          view: { ...view, id: `V${randomUUID().slice(0, 8).toUpperCase()}`, team_id: team, state: { values } },
          response_urls: [],
          is_enterprise_install: false,
          enterprise: null,
        },
      });
    },
    /** Removes the app from the team. */
    uninstall: () => tell(envelope({ type: 'app_uninstalled' })),
    /** Reacts to a message of the bot's. */
    react: async ({ channel }: At, messageId: string, reaction = '+1') => {
      await call('reactions.add', { channel, timestamp: messageId, name: reaction });
      const at = String(Date.now() / 1000);
      const item = { type: 'message', channel, ts: messageId };
      return tell(
        envelope({ type: 'reaction_added', user: person.id, reaction, item, item_user: botUser, event_ts: at }),
      );
    },
  };
};
