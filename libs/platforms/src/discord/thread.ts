import { RESTJSONErrorCodes as Code, Routes, type REST } from 'discord.js';
import { z } from 'zod';
import { hasCode, toPortError } from './errors.ts';

/** Minutes without a word after which Discord folds a thread away: a week, the longest there is. Writing unfolds it. */
const FOLD = 10_080;
/** Characters of a thread's name (Discord, Start Thread from Message). */
const NAME = 100;
const FALLBACK = 'Threadbox';

const Said = z.object({ content: z.string() });

/** A name for a thread: one line, without mentions and marks, never empty. */
export const threadName = (text: string): string =>
  text
    .replaceAll(/<[@#:][^>]*>/g, '')
    .replaceAll(/[`*_~|]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, NAME)
    .toWellFormed() || FALLBACK;

/** Starts the thread that grows from a message, called `name`; one that is there already is fine. */
export const startThread = async (rest: REST, channel: string, message: string, name: string): Promise<void> => {
  try {
    await rest.post(Routes.threads(channel, message), { body: { name, auto_archive_duration: FOLD } });
  } catch (error) {
    if (!hasCode(error, Code.ThreadAlreadyCreatedForMessage))
      throw toPortError(error, 'start a thread', ['Create Public Threads']);
  }
};

/** Starts the thread that grows from what a person said, called after it. */
export const startThreadFrom = async (rest: REST, channel: string, message: string): Promise<void> => {
  const said = Said.safeParse(await rest.get(Routes.channelMessage(channel, message)));
  await startThread(rest, channel, message, threadName(said.data?.content ?? ''));
};
