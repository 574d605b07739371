import { countTokens, type MessagesRequest, type Reply, type ReplyBlock } from './api.ts';
import { readConversation, type Used } from './conversation.ts';
import { readScript } from './script.ts';
import { useFor, type Use } from './tools.ts';
import { report, WELCOME } from './words.ts';

/** Milliseconds a word: for the eye, and for those who want to stop an answer. */
const PACE = 4;
const SLOW_PACE = 120;

/** Errors by the word after `fail`, with the API's own statuses and types. */
const failures: Record<string, { status: number; type: string; message: string }> = {
  request: { status: 400, type: 'invalid_request_error', message: 'the rehearsal was asked to fail' },
  auth: { status: 401, type: 'authentication_error', message: 'invalid x-api-key' },
  limit: { status: 429, type: 'rate_limit_error', message: 'This request would exceed your rate limit' },
  context: {
    status: 400,
    type: 'invalid_request_error',
    message: 'prompt is too long: 250000 tokens > 200000 maximum',
  },
  server: { status: 500, type: 'api_error', message: 'Internal server error' },
  overloaded: { status: 529, type: 'overloaded_error', message: 'Overloaded' },
};

/** The place in the script that a tool's id was made for, and whether it was only a look before writing. */
const placeOf = (id: string): { step: number; look: boolean } | undefined => {
  const match = /^toolu_rehearsal_\d+_(\d+)(look)?$/.exec(id);
  return match ? { step: Number(match[1]), look: match[2] !== undefined } : undefined;
};

/** Claude Code writes over a file only after it has read it. */
const mustLook = ({ failed, text }: Used): boolean => failed && /has not been read/i.test(text);

/**
 * What the rehearsal answers to a request: the next step of the script that was said last. Pure: where it is in the
 * script follows from the ids of the tools that were used since.
 */
export const rehearse = (request: MessagesRequest): Reply => {
  const { text, before, used } = readConversation(request);
  const script = readScript(text);
  const tools = request.tools ?? [];
  const blocks: ReplyBlock[] = [];
  const words: string[] = [];
  let pace = PACE;

  const say = (line: string): void => {
    if (line !== '') words.push(line);
  };
  const use = (index: number, look: boolean, tool: Use): void => {
    const id = `toolu_rehearsal_${request.messages.length}_${index}${look ? 'look' : ''}`;
    blocks.push({ type: 'tool_use', id, ...tool });
  };

  const last = used.at(-1);
  const place = last && placeOf(last.id);
  const current = place && script[place.step];
  let next = 0;
  if (last && place && current) {
    next = place.step + 1;
    if (place.look) next = place.step;
    else if (current.do === 'write' && mustLook(last)) {
      const look = useFor({ do: 'read', path: current.path }, tools);
      if (look) use(place.step, true, look);
      next = script.length;
    } else say(report(current, last));
  } else if (script.length === 0) say(WELCOME);

  for (let index = next; index < script.length && blocks.length === 0; index += 1) {
    const step = script[index]!;
    if (step.do === 'fail') {
      const { status, type, message } = failures[Object.hasOwn(failures, step.how) ? step.how : 'request']!;
      return { kind: 'error', status, error: { type, message } };
    }
    if (step.do === 'say') {
      if (step.slowly) pace = SLOW_PACE;
      say(step.text);
    } else if (step.do === 'recall')
      say(before === undefined ? 'You said nothing before.' : `Before this you said: ${before}`);
    else {
      const tool = useFor(step, tools);
      if (tool) use(index, false, tool);
      else say(`I was given no tool to ${step.do} with.`);
    }
  }

  const content: ReplyBlock[] = words.length === 0 ? blocks : [{ type: 'text', text: words.join('\n\n') }, ...blocks];
  return {
    kind: 'message',
    content,
    stopReason: blocks.length > 0 ? 'tool_use' : 'end_turn',
    usage: { input_tokens: countTokens(request.messages), output_tokens: countTokens(content) },
    pace,
  };
};
