import type { Block, MessagesRequest } from './api.ts';

const blocksOf = (content: string | Block[]): Block[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : content;

/** A block that is one element from end to end is about the message, not said by anybody. */
const WRAPPED = /^<([a-z][\w-]*)>.*<\/\1>$/s;

/** The words of people, block by block, without what an agent adds: reminders, and marks of an interruption. */
const humanTexts = (content: string | Block[]): string[] =>
  blocksOf(content)
    .flatMap((block) => (block.type === 'text' ? [block.text ?? ''] : []))
    .map((text) => text.replace(/<system-reminder>.*?(?:<\/system-reminder>|$)/gs, '').trim())
    .filter((text) => text !== '' && !WRAPPED.test(text) && !/^\[Request interrupted by user[^\]]*\]$/.test(text));

/** A tool's result in words. */
const resultText = (content: unknown): string => {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .flatMap((part: unknown) =>
      typeof part === 'object' && part !== null && 'text' in part && typeof part.text === 'string' ? [part.text] : [],
    )
    .join('\n');
};

/** A tool that was used since the person spoke, and what came of it. */
export type Used = { id: string; failed: boolean; text: string };

/** What the rehearsal needs to know of a conversation. */
export type Conversation = {
  /** What was said last, without what the agent wrapped around it. */
  text: string;
  /** What was said before that. */
  before: string | undefined;
  /** What was done about it so far, in order. */
  used: readonly Used[];
};

/** Reads where a conversation stands; everything follows from the messages, nothing is remembered. */
export const readConversation = ({ messages }: Pick<MessagesRequest, 'messages'>): Conversation => {
  // Block by block: after a failed request an agent puts what was said before and what is said now into one message.
  const said = messages.flatMap(({ role, content }, index) =>
    role === 'user' ? humanTexts(content).map((text) => ({ index, text })) : [],
  );
  const last = said.at(-1);
  const since = messages.slice((last?.index ?? -1) + 1);
  const used = since.flatMap(({ role, content }) =>
    role !== 'user'
      ? []
      : blocksOf(content).flatMap((block) =>
          block.type === 'tool_result' && block.tool_use_id !== undefined
            ? [{ id: block.tool_use_id, failed: block.is_error === true, text: resultText(block.content) }]
            : [],
        ),
  );
  return { text: last?.text ?? '', before: said.at(-2)?.text, used };
};
