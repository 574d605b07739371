import { discord } from './discord/discord.ts';
import { line } from './line/line.ts';
import type { Platform } from './port.ts';
import { slack } from './slack/slack.ts';
import { telegram } from './telegram/telegram.ts';
import { web } from './web/web.ts';

/** Every platform there is. Adding one costs a folder and a line here. */
export const platforms: readonly Platform[] = [web, discord, slack, telegram, line];
