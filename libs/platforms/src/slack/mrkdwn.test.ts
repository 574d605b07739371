import { describe, expect, it } from 'vitest';
import { commandText, mentions, readable, withoutMention } from './mrkdwn.ts';

const nameOf = (user: string): Promise<string | undefined> => Promise.resolve(user === 'U1' ? 'Ada' : undefined);

describe('what people said', () => {
  it.each([
    ['hi <@U1> and <@U2>', 'hi @Ada and @U2'],
    ['hi <@U2|grace>', 'hi @grace'],
    ['<#C1|general> <#C2>', '#general #C2'],
    ['<!here> <!channel> <!subteam^S1|@team> <!date^1^{date}|a day>', '@here @channel @team a day'],
    ['<https://example.org/a?b=1&amp;c=2|the page>', '[the page](https://example.org/a?b=1&c=2)'],
    ['<http://example.org|example.org> <https://example.org/>', 'example.org https://example.org/'],
    ['<mailto:ada@example.org|ada@example.org>', 'ada@example.org'],
    ['a &lt; b &amp;&amp; c &gt; d; &amp;lt;', 'a < b && c > d; &lt;'],
    ['*bold* _soft_ `code`', '*bold* _soft_ `code`'],
  ])('%j reads %j', async (text, read) => {
    expect(await readable(text, nameOf)).toBe(read);
  });

  it('knows a mention, and takes it out', () => {
    expect(mentions('hi <@U9>', 'U9')).toBe(true);
    expect(mentions('hi <@U9|bot>', 'U9')).toBe(true);
    expect(mentions('hi <@U99>', 'U9')).toBe(false);
    expect(withoutMention('<@U9> do <@U1> this <@U9|bot>', 'U9')).toBe('do <@U1> this');
  });

  it('names people in commands by their principals', () => {
    expect(commandText('add user <@U1|ada> ')).toBe('add user slack:U1');
    expect(commandText('add user slack:U2 &lt;x&gt;')).toBe('add user slack:U2 <x>');
  });
});
