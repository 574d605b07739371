import { commands, parseCommand } from '@threadbox/schemas';
import { ApplicationCommandOptionType } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { lineOf, registration } from './command-tree.ts';

describe('the registered command', () => {
  it('offers every line of the table: two words as a group', () => {
    const { options = [] } = registration('everywhere');
    const words = options.flatMap((option) =>
      option.type === ApplicationCommandOptionType.SubcommandGroup
        ? (option.options ?? []).map(({ name }) => `${option.name} ${name}`)
        : [option.name],
    );
    expect(words.toSorted()).toEqual(commands.map(({ name }) => name).toSorted());
  });

  it('lets people be picked, and an agent be chosen', () => {
    const { options = [] } = registration('everywhere');
    const start = options.find(({ name }) => name === 'start');
    expect(start).toMatchObject({ type: 1, options: [{ name: 'agent', type: 3, required: false }] });
    expect(start).toHaveProperty('options.0.choices.0', { name: 'claude', value: 'claude' });
    const add = options.find(({ name }) => name === 'add');
    expect(add).toMatchObject({
      type: 2,
      options: [
        {
          name: 'user',
          options: [
            { type: 6, name: 'person' },
            { type: 3, name: 'id' },
          ],
        },
        { name: 'owner' },
      ],
    });
  });

  it('stands in direct messages even where servers have their own', () => {
    expect(registration('everywhere').contexts).toEqual([0, 1]);
    expect(registration('direct messages').contexts).toEqual([1]);
    expect(registration('one server')).not.toHaveProperty('contexts');
  });
});

describe('the line that a command stands for', () => {
  it.each([
    [[{ name: 'status', type: 1 }], 'status'],
    [[{ name: 'start', options: [{ name: 'agent', value: 'goose' }] }], 'start goose'],
    [[{ name: 'start', options: [] }], 'start'],
    [
      [{ name: 'add', options: [{ name: 'user', options: [{ name: 'person', value: '1000000000000000042' }] }] }],
      'add user discord:1000000000000000042',
    ],
    [
      [{ name: 'add', options: [{ name: 'user', options: [{ name: 'id', value: ' telegram:7 ' }] }] }],
      'add user telegram:7',
    ],
    [
      [{ name: 'delete', options: [{ name: 'owner', options: [{ name: 'id', value: '1000000000000000042' }] }] }],
      'delete owner discord:1000000000000000042',
    ],
  ])('%j is %j', (options, line) => {
    expect(lineOf(options)).toBe(line);
    expect(parseCommand(line).ok).toBe(true);
  });

  it('of nobody at all is explained by the parser', () => {
    const line = lineOf([{ name: 'add', options: [{ name: 'user', options: [] }] }]);
    expect(parseCommand(line)).toMatchObject({ ok: false, problem: expect.stringContaining('needs') });
    expect(lineOf(undefined)).toBe('');
  });

  it('of a command that is no longer in the table keeps its words', () => {
    expect(lineOf([{ name: 'dance', options: [{ name: 'how', value: 'slowly now' }] }])).toBe('dance slowly now');
  });
});
