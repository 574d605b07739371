import type { Incoming } from '@threadbox/platforms';
import { Inbound } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { inboundId, toInbound } from './to-inbound.ts';

const place = {
  platform: 'telegram',
  workspace: 'telegram:1',
  conversation: 'telegram:7',
  direct: true,
  author: { id: 'telegram:9', name: 'Ana' },
};
const said = { eventId: 'telegram:1:42', place, kind: 'message', text: 'hi', files: [] } satisfies Incoming;
const rest = { time: '2026-01-01T00:00:00Z', attachments: [], notes: [] };

describe('an incoming event', () => {
  it('has the same id however often it is delivered, and another for every event', () => {
    expect(inboundId(said)).toBe(inboundId({ ...said }));
    expect(inboundId(said)).not.toBe(inboundId({ ...said, eventId: 'telegram:1:43' }));
  });
  it('becomes a message that the schema knows, whatever it is', () => {
    const command: Incoming = { eventId: 'c', place, kind: 'command', line: 'start' };
    const button: Incoming = { eventId: 'b', place, kind: 'button', value: 'own:yes' };
    const typed: Incoming = { eventId: 't', place, kind: 'button', value: 'q:1', text: 'because' };
    const reaction: Incoming = { eventId: 'r', place, kind: 'reaction', emoji: '👍' };
    const quote = { author: 'Ben', text: 'x'.repeat(5000) };
    const answer: Incoming = { ...said, addressed: true, quote };
    const edit: Incoming = { eventId: 'e', place, kind: 'edit', of: said.eventId, text: 'hello' };
    for (const incoming of [said, command, button, typed, reaction, answer, edit])
      expect(Inbound.safeParse(toInbound(incoming, rest)).success).toBe(true);
  });
  it('that changes a message names the one that it is about', () => {
    const edit: Incoming = { eventId: 'e', place, kind: 'edit', of: said.eventId, text: 'hello' };
    expect(toInbound(edit, rest)).toMatchObject({ data: { of: inboundId(said), text: 'hello' } });
  });
  it('starts a chain: it is its own cause', () => {
    const { id, causation, correlation } = toInbound(said, rest);
    expect([causation, correlation]).toEqual([id, id]);
  });
  it('says in the text what could not be taken along', () => {
    expect(toInbound(said, { ...rest, notes: ['film.mp4 is too large'] })).toMatchObject({
      data: { text: 'hi\n\n(film.mp4 is too large)' },
    });
  });
});
