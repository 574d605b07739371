import { describe, expect, it } from 'vitest';
import { chooseOption, questionKey, questionOf, requestId } from './permission.ts';

const question = (wanted: Partial<Parameters<typeof questionOf>[0]>) => questionOf({ changes: [], ...wanted }, '/box');

describe('a question', () => {
  it('shows the exact command, under the tool’s name', () => {
    expect(question({ name: 'Bash', title: 'ls', input: { command: 'ls -la\npwd', description: 'x' } })).toMatchObject({
      grant: 'Bash',
      title: 'ls',
      detail: 'ls -la\npwd',
    });
  });

  it('shows a change as the lines that differ', () => {
    const changes = [{ path: '/box/a.txt', before: 'one\ntwo\nthree\nfour', after: 'one\n2\n2b\nthree\nfour' }];
    expect(question({ kind: 'edit', changes })).toMatchObject({
      grant: 'edit',
      detail: 'a.txt\n one\n-two\n+2\n+2b\n three',
    });
  });

  it('shows a new file whole, and a path outside of the workspace in full', () => {
    const changes = [{ path: '/etc/a', before: undefined, after: 'x\ny' }];
    expect(question({ name: 'Write', changes }).detail).toBe('/etc/a (all of it)\n+x\n+y');
  });

  it('shows both ends of what is too long, and says how much is missing', () => {
    const { detail, whole } = question({ input: { command: `start ${'x'.repeat(9000)} end` } });
    expect(detail.length).toBeLessThanOrEqual(4000);
    expect(detail).toMatch(/^start x+\n… \d+ characters are not shown …\nx+ end$/);
    expect(whole.length).toBe(9010);
  });

  it('hides nothing behind characters that cannot be seen', () => {
    expect(question({ input: { command: 'rm\u202E -rf\u0007 \u200Bx' } }).detail).toBe('rm\uFFFD -rf\uFFFD \uFFFDx');
  });

  it('falls back on what there is', () => {
    expect(question({ kind: 'other', title: 'shell · ls -la' }).grant).toBe('shell');
    expect(question({ kind: 'other', input: { a: 1 } })).toMatchObject({ grant: 'other', detail: '{\n  "a": 1\n}' });
    expect(question({ title: 'Think' })).toMatchObject({ grant: 'tool', title: 'Think', detail: 'Think' });
  });

  it('is the same question when the same is asked, and another when anything differs', () => {
    const ls = question({ name: 'Bash', input: { command: 'ls' } });
    expect(requestId('box', 1, ls, 0)).toBe(requestId('box', 1, { ...ls }, 0));
    const others = [requestId('box', 1, ls, 1), requestId('box', 2, ls, 0), requestId('cup', 1, ls, 0)];
    expect(new Set([requestId('box', 1, ls, 0), ...others]).size).toBe(4);
    const long = (end: string) =>
      question({ name: 'Bash', input: { command: `${'x'.repeat(3000)}${end}${'x'.repeat(3000)}` } });
    expect(long('a').detail).toBe(long('b').detail);
    expect(questionKey(long('a'))).not.toBe(questionKey(long('b')));
  });
});

describe('an answer', () => {
  const options = [
    { optionId: 'always', kind: 'allow_always' },
    { optionId: 'yes', kind: 'allow_once' },
    { optionId: 'no', kind: 'reject_once' },
  ];

  it('is chosen by kind, and lasts no longer than it must', () => {
    expect([chooseOption(options, true), chooseOption(options, false)]).toEqual(['yes', 'no']);
    expect(chooseOption(options.slice(0, 1), true)).toBe('always');
    expect(chooseOption(options.slice(0, 1), false)).toBeUndefined();
  });
});
