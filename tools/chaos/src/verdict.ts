import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Prompt } from './agent.ts';
import { AGAIN, type Chat, type Shown } from './chats.ts';
import type { Said } from './scenes.ts';

/** What a placeholder says, and what stands below an answer that is not whole. */
const UNFINISHED = /Working…|^Waiting: /;

const judgeAnswer = (shown: readonly Shown[], { chat, answer }: Said): string | undefined => {
  const holding = shown.filter(({ text }) => text.includes(answer));
  const plain = holding.filter(({ text }) => !text.includes(AGAIN));
  if (holding.length === 0) return `“${answer}” is missing in ${chat.name}`;
  if (plain.length > 1 || (holding.length > 1 && chat.keepsKeys))
    return `“${answer}” stands ${holding.length} times in ${chat.name}`;
  return undefined;
};

const judgeOrder = (shown: readonly Shown[], said: readonly Said[]): string[] => {
  const places = said.map(({ answer }) => shown.find(({ text }) => text.includes(answer))?.place ?? 0n);
  return said.flatMap(({ answer, chat }, i) =>
    i > 0 && (places[i] ?? 0n) < (places[i - 1] ?? 0n) ? [`“${answer}” stands out of order in ${chat.name}`] : [],
  );
};

/** What is wrong in a chat, in which all of this was said so far, in this order. */
export const judgeChat = async (chat: Chat, said: readonly Said[]): Promise<string[]> => {
  const shown = await chat.shown();
  const unfinished = shown.filter(({ text }) => UNFINISHED.test(text));
  // Where a platform keeps no keys, a post may have happened that nobody knows of; its successor has said so.
  const excused = chat.labelled();
  return [
    ...said.flatMap((one) => judgeAnswer(shown, one) ?? []),
    ...judgeOrder(shown, said),
    ...(unfinished.length > excused
      ? [`${unfinished.length} placeholders are left in ${chat.name}: “${unfinished.at(-1)?.text}”`]
      : []),
  ];
};

/** What is wrong about what the agent was asked: each word once, but for a word about an interruption. */
export const judgePrompts = async (faults: string): Promise<string[]> => {
  const lines = (await readFile(join(faults, 'prompts'), 'utf8')).split('\n').filter(Boolean);
  const first = new Map<string, number>();
  for (const line of lines) {
    const { word, again } = JSON.parse(line) as Prompt;
    if (!again) first.set(word, (first.get(word) ?? 0) + 1);
  }
  return [...first].flatMap(([word, count]) => (count > 1 ? [`the agent was asked “${word}” ${count} times`] : []));
};
