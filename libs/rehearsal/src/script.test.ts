import { describe, expect, it } from 'vitest';
import { readScript } from './script.ts';

describe('a script', () => {
  it('is read line by line, in order', () => {
    expect(readScript('write a.txt: hi\nrun `ls -la`\nread a.txt\nsend me a.txt\nsay well done')).toEqual([
      { do: 'write', path: 'a.txt', content: 'hi' },
      { do: 'run', command: 'ls -la' },
      { do: 'read', path: 'a.txt' },
      { do: 'send', path: 'a.txt' },
      { do: 'say', text: 'well done', slowly: false },
    ]);
  });

  it('takes a fenced block as a file’s content', () => {
    expect(readScript('write a.py:\n```python\nprint(1)\n\nsay no\n```\nsay yes')).toEqual([
      { do: 'write', path: 'a.py', content: 'print(1)\n\nsay no\n' },
      { do: 'say', text: 'yes', slowly: false },
    ]);
  });

  it('hears polite words, lists and capitals', () => {
    expect(readScript('1. Please run date\n- and now ask me for permission to run id\n* WRITE x: y')).toEqual([
      { do: 'run', command: 'date' },
      { do: 'run', command: 'id' },
      { do: 'write', path: 'x', content: 'y' },
    ]);
  });

  it('counts slowly, and not for ever', () => {
    expect(readScript('count to 3')).toEqual([{ do: 'say', text: '1 2 3', slowly: true }]);
    const [long] = readScript('slowly count to 999999');
    expect(long?.do === 'say' && long.text.endsWith(' 2000')).toBe(true);
  });

  it('is empty where nothing is asked for that it knows', () => {
    expect(readScript('Hello there.\nWhat can you do? I run a shop.')).toEqual([]);
  });
});
