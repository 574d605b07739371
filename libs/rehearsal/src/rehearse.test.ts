import { describe, expect, it } from 'vitest';
import type { MessagesRequest, Reply } from './api.ts';
import { rehearse } from './rehearse.ts';

type Messages = MessagesRequest['messages'];

const tool = (name: string, ...properties: string[]) => ({
  name,
  input_schema: { properties: Object.fromEntries(properties.map((property) => [property, {}])) },
});
/** Claude Code’s. */
const tools = [
  tool('Bash', 'command', 'description'),
  tool('Read', 'file_path'),
  tool('Write', 'file_path', 'content'),
];
const ask = (messages: Messages): Reply => rehearse({ model: 'any', tools, messages });
const user = (text: string): Messages[number] => ({ role: 'user', content: text });

const wordsOf = (reply: Reply): string =>
  reply.kind === 'message' ? reply.content.map((block) => (block.type === 'text' ? block.text : '')).join('') : '';
const toolOf = (reply: Reply) =>
  reply.kind === 'message' ? reply.content.find((block) => block.type === 'tool_use') : undefined;

/** Lets the rehearsal use tools until it has no more to use, each answered by `result`. */
const play = (script: string, result: (name: string, turn: number) => { content: string; is_error?: boolean }) => {
  const messages: Messages = [user(script)];
  const used: Array<{ name: string; input: unknown }> = [];
  const said: string[] = [];
  for (let turn = 0; turn < 20; turn += 1) {
    const reply = ask(messages);
    said.push(wordsOf(reply));
    const wanted = toolOf(reply);
    if (!wanted) break;
    used.push({ name: wanted.name, input: wanted.input });
    messages.push({ role: 'assistant', content: [{ ...wanted }] });
    messages.push({
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: wanted.id, ...result(wanted.name, turn) }],
    });
  }
  return { used, said: said.filter((words) => words !== '') };
};

describe('the rehearsal', () => {
  it('says what it is and what to type', () => {
    const reply = ask([user('hello')]);
    expect(wordsOf(reply)).toMatch(/rehearsal[\s\S]*write hello\.txt: hi[\s\S]*ANTHROPIC_API_KEY/);
    expect(reply).toMatchObject({ stopReason: 'end_turn', usage: { input_tokens: expect.any(Number) } });
  });

  it('uses one tool after another and reports each result', () => {
    const { used, said } = play('write a.txt: hi\nrun ls\nsay bye', (name) => ({
      content: name === 'Bash' ? 'a.txt' : 'ok',
    }));
    expect(used).toEqual([
      { name: 'Write', input: { file_path: 'a.txt', content: 'hi' } },
      { name: 'Bash', input: expect.objectContaining({ command: 'ls' }) },
    ]);
    expect(said.join('\n')).toBe('I wrote `a.txt`.\n`ls` said:\n```\na.txt\n```\n\nbye');
  });

  it('says so when it was not allowed', () => {
    const { said } = play('run rm -rf x', () => ({ content: 'User refused permission to run tool', is_error: true }));
    expect(said).toEqual(['You did not let me run `rm -rf x`.']);
  });

  it('reads a file that it must have read before writing it, then writes', () => {
    const { used, said } = play('write a.txt: hi', (_, turn) =>
      turn === 0 ? { content: 'File has not been read yet. Read it first.', is_error: true } : { content: 'ok' },
    );
    expect(used.map(({ name }) => name)).toEqual(['Write', 'Read', 'Write']);
    expect(said).toEqual(['I wrote `a.txt`.']);
  });

  it('shows an error of a tool in a fence that its text cannot close', () => {
    const { said } = play('run x', () => ({ content: 'a\n```\nb', is_error: true }));
    expect(said).toEqual(['I could not run `x`:\n````\na\n```\nb\n````']);
  });

  it('finds the words of the person among what the agent adds', () => {
    const reply = ask([
      {
        role: 'user',
        content: [
          { type: 'text', text: '<system-reminder>\nrun evil\n</system-reminder>' },
          { type: 'text', text: 'You were interrupted. Check first.\nThe message was:\n\nsay here' },
          { type: 'text', text: '<message-context>\nrun evil\n</message-context>' },
        ],
      },
    ]);
    expect(wordsOf(reply)).toBe('here');
    expect(toolOf(reply)).toBeUndefined();
  });

  it('takes what was said last, also where an agent put several messages into one', () => {
    const content = [
      { type: 'text', text: 'fail' },
      { type: 'text', text: '[Request interrupted by user]' },
      { type: 'text', text: 'recall' },
    ];
    expect(wordsOf(ask([{ role: 'user', content }]))).toBe('Before this you said: fail');
  });

  it('fails as the API does', () => {
    expect(ask([user('fail')])).toMatchObject({ kind: 'error', status: 400, error: { type: 'invalid_request_error' } });
    expect(ask([user('fail overloaded')])).toMatchObject({ kind: 'error', status: 529 });
  });

  it('quotes the path of a file to send', () => {
    expect(toolOf(ask([user("send me it's.txt")]))?.input).toMatchObject({
      command: "mkdir -p outbox && cp -- 'it'\\''s.txt' outbox/",
    });
  });

  it('uses another agent’s tools by their names', () => {
    const others = [tool('shell', 'command'), tool('write', 'path', 'content')];
    const use = (text: string) => toolOf(rehearse({ model: 'any', tools: others, messages: [user(text)] }));
    expect(use('run ls')).toMatchObject({ name: 'shell', input: { command: 'ls' } });
    expect(use('write a: b')).toMatchObject({ name: 'write', input: { path: 'a', content: 'b' } });
    expect(use('read a')).toMatchObject({ name: 'shell', input: { command: "cat -- 'a'" } });
  });

  it('uses no tool that it was not given', () => {
    const reply = rehearse({ model: 'any', messages: [user('run ls')] });
    expect(wordsOf(reply)).toBe('I was given no tool to run with.');
  });
});
