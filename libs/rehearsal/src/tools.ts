import type { MessagesRequest } from './api.ts';
import type { Step } from './script.ts';

/** A use of a tool: its name and what goes into it. */
export type Use = { name: string; input: Record<string, unknown> };

type Tools = NonNullable<MessagesRequest['tools']>;

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Agents differ in what they call the same thing: Claude Code’s names first, then opencode’s and Goose’s. */
const SHELL = ['Bash', 'bash', 'shell', 'developer__shell'];
const WRITE = ['Write', 'write'];
const READ = ['Read', 'read'];
const PATH = ['file_path', 'filePath', 'path'];

const find = (tools: Tools, names: readonly string[]): Tools[number] | undefined =>
  names.map((name) => tools.find((tool) => tool.name === name)).find((tool) => tool !== undefined);

const has = (tool: Tools[number], property: string): boolean =>
  Object.hasOwn(tool.input_schema?.properties ?? {}, property);

const shell = (tools: Tools, command: string, description: string): Use | undefined => {
  const tool = find(tools, SHELL);
  if (!tool) return undefined;
  return { name: tool.name ?? '', input: { command, ...(has(tool, 'description') ? { description } : {}) } };
};

const onFile = (tools: Tools, names: readonly string[], path: string, more: object = {}): Use | undefined => {
  const tool = find(tools, names);
  if (!tool) return undefined;
  return { name: tool.name ?? '', input: { [PATH.find((name) => has(tool, name)) ?? 'file_path']: path, ...more } };
};

/** How a step is done with the tools that there are; undefined where none of them does it. */
export const useFor = (step: Exclude<Step, { do: 'say' | 'fail' | 'recall' }>, tools: Tools): Use | undefined => {
  switch (step.do) {
    case 'write':
      return onFile(tools, WRITE, step.path, { content: step.content });
    case 'read':
      return onFile(tools, READ, step.path) ?? shell(tools, `cat -- ${quoted(step.path)}`, 'Read the file');
    case 'run':
      return shell(tools, step.command, 'What the rehearsal was asked to run');
    case 'question': {
      const tool = find(tools, ['AskUserQuestion']);
      if (!tool) return undefined;
      const options = step.options.map((label) => ({ label, description: `Choose ${label}` }));
      const question = { question: step.text, header: 'Question', options, multiSelect: false };
      return { name: tool.name ?? '', input: { questions: [question] } };
    }
    case 'send':
      return shell(tools, `mkdir -p outbox && cp -- ${quoted(step.path)} outbox/`, 'Put the file into outbox/');
  }
};
