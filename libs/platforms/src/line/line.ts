import { half, type Platform } from '../port.ts';
import { lineSenderSettings, lineSettings } from './settings.ts';

/** LINE: one-to-one chats, groups and rooms of an official account; a webhook. */
export const line: Platform = {
  name: 'line',
  hearing: half({
    switch: 'LINE_CHANNEL_ACCESS_TOKEN',
    settings: lineSettings,
    create: async (settings, world) => (await import('./listener.ts')).createLineListener(settings, world),
    examine: async (settings, prefix) => (await import('./examine.ts')).examineLine(settings, prefix),
  }),
  writing: half({
    switch: 'LINE_CHANNEL_ACCESS_TOKEN',
    settings: lineSenderSettings,
    create: async (settings, world) => (await import('./sender.ts')).createLineSender(settings, world),
  }),
};
