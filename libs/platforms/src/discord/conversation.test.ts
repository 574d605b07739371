import { describe, expect, it } from 'vitest';
import { addressOf, conversationId } from './conversation.ts';

describe('a conversation', () => {
  it.each([
    ['discord:10:20', { guild: '10', channel: '20', thread: undefined }],
    ['discord-work:10:20:30', { guild: '10', channel: '20', thread: '30' }],
    ['discord:dm:40', { guild: undefined, channel: '40', thread: undefined }],
  ])('%s names its place', (conversation, address) => {
    expect(addressOf(conversation)).toEqual(address);
    expect(conversationId(conversation.split(':')[0]!, address)).toBe(conversation);
  });

  it.each(['telegram:1:2', 'discord:1', 'discord:dm:1:2', 'discord:x:1', 'discord:1:2:3:4', 'discord:1:../2'])(
    '%s is none of Discord',
    (conversation) => {
      expect(() => addressOf(conversation)).toThrow(TypeError);
    },
  );
});
