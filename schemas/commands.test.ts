import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandLine, commands, helpText, parseCommand } from './commands.ts';

describe('the parser', () => {
  it('reads one word with its argument', () => {
    expect(parseCommand('start goose')).toMatchObject({ ok: true, spec: { name: 'start' }, args: { agent: 'goose' } });
  });
  it('reads two words, whatever their case and spacing', () => {
    expect(parseCommand('  Add   OWNER 42 ')).toMatchObject({
      ok: true,
      spec: { name: 'add owner' },
      args: { id: '42' },
    });
  });
  it('takes nothing at all as a call for help', () => {
    expect(parseCommand('')).toMatchObject({ ok: true, spec: { name: 'help' } });
  });
  it('names the usage when an argument is missing', () => {
    expect(parseCommand('add user')).toMatchObject({
      ok: false,
      problem: expect.stringContaining('/claude add user <id>'),
    });
  });
  it('offers what comes near when the command is not known', () => {
    expect(parseCommand('add')).toMatchObject({ ok: false, problem: expect.stringContaining('add owner') });
    expect(parseCommand('dance')).toMatchObject({ ok: false, problem: expect.stringContaining('/claude help') });
  });
  it('names the choices where there are few', () => {
    expect(parseCommand('start clippy')).toMatchObject({ ok: false, problem: expect.stringContaining('`goose`') });
  });
  it('refuses more than the command takes', () => {
    expect(parseCommand('stop now please')).toMatchObject({ ok: false });
  });
  it('answers every line', () => {
    fc.assert(fc.property(fc.string(), (line) => typeof parseCommand(line).ok === 'boolean'));
  });
});

describe('addressing', () => {
  it('hears /claude, with the bot’s name or without', () => {
    expect(commandLine('/claude start')).toBe('start');
    expect(commandLine('/claude@ThreadBot start', 'threadbot')).toBe('start');
    expect(commandLine('/claude')).toBe('');
  });
  it('does not hear what is meant for another bot, or for nobody', () => {
    expect(commandLine('/claude@other start', 'threadbot')).toBeUndefined();
    expect(commandLine('/claudette')).toBeUndefined();
    expect(commandLine('hello /claude')).toBeUndefined();
  });
});

it('shows users no command that only owners have', () => {
  expect(helpText('user')).not.toContain('add owner');
  for (const { name } of commands) expect(helpText('owner')).toContain(`/claude ${name}`);
});
