import { half, type Platform } from '../port.ts';
import { slackSenderSettings, slackSettings } from './settings.ts';

/** Slack: channels, threads, direct messages and the assistant's threads; Socket Mode or HTTP; one team or several. */
export const slack: Platform = {
  name: 'slack',
  hearing: half({
    switch: 'SLACK_APP_ID',
    settings: slackSettings,
    create: async (settings, world) => (await import('./listener.ts')).createSlackListener(settings, world),
    examine: async (settings, prefix) => (await import('./examine.ts')).examineSlack(settings, prefix),
  }),
  writing: half({
    switch: 'SLACK_APP_ID',
    settings: slackSenderSettings,
    create: async (settings, world) => (await import('./sender.ts')).createSlackSender(settings, world),
  }),
};
