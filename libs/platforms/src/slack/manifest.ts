import { COMMAND_WORD, commands } from '@threadbox/schemas';

/** What the bot must be allowed to do; `examine` looks for each of them. */
export const botScopes = [
  'app_mentions:read',
  'assistant:write',
  'channels:history',
  'channels:join',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'im:history',
  'mpim:history',
  'reactions:read',
  'users:read',
] as const;

/** What Slack tells us of. */
export const botEvents = [
  'app_mention',
  'app_uninstalled',
  'assistant_thread_started',
  'message.channels',
  'message.groups',
  'message.im',
  'message.mpim',
  'reaction_added',
] as const;

/** Slack shows at most 1000 characters of a hint; people read one line. */
const hint = `[${[...new Set(commands.map(({ name }) => name))].join(' | ')}]`;

/** An app manifest of Slack's, version 2. */
export type SlackManifest = Readonly<Record<string, unknown>>;

/**
 * The manifest of the app, from the command table: pasted at "Create New App, From a manifest", it makes an app with
 * everything Threadbox needs. One address takes all that Slack sends. `word`: the slash command, for another bot's.
 */
export const slackManifest = (options: {
  publicUrl: string | undefined;
  prefix: string;
  mode: 'http' | 'socket';
  word?: string;
}): SlackManifest => {
  const { publicUrl, prefix, mode, word = COMMAND_WORD } = options;
  const isHttp = mode === 'http';
  const url = `${publicUrl?.replace(/\/+$/, '')}/${prefix}/events`;
  const address = isHttp ? { request_url: url } : {};
  return {
    _metadata: { major_version: 2, minor_version: 1 },
    display_information: {
      name: 'Threadbox',
      description: 'Coding agents in a thread',
      background_color: '#1f2937',
    },
    features: {
      app_home: { home_tab_enabled: false, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: 'Threadbox', always_online: true },
      assistant_view: { assistant_description: 'Gives every thread an agent with a sandbox of its own' },
      slash_commands: [
        {
          command: `/${word}`,
          description: 'Start, stop and look after sessions',
          usage_hint: hint,
          // People are named by their ids, so that `add user @ada` says whom.
          should_escape: true,
          ...(isHttp && { url }),
        },
      ],
    },
    oauth_config: {
      ...(publicUrl !== undefined && { redirect_urls: [`${publicUrl.replace(/\/+$/, '')}/${prefix}/oauth`] }),
      scopes: { bot: botScopes },
    },
    settings: {
      event_subscriptions: { ...address, bot_events: botEvents },
      interactivity: { is_enabled: true, ...address },
      org_deploy_enabled: false,
      socket_mode_enabled: !isHttp,
      token_rotation_enabled: false,
    },
  };
};
