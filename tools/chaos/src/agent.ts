/**
 * A stand-in for an agent with its model: it speaks the real protocol (ACP), does at once what the sweep's words ask for, and records
 * every prompt. Words: `<word>`, `<word> stream <pieces>`, `<word> ask`. The answer holds the word once.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import * as acp from '@agentclientprotocol/sdk';

/** A prompt as it was recorded. `again`: the runner told that an earlier try was interrupted. */
export type Prompt = { word: string; again: boolean };

const folder = process.argv[2] ?? '';
const record = (prompt: Prompt): void => appendFileSync(join(folder, 'prompts'), `${JSON.stringify(prompt)}\n`);
const { agent, client: theirs } = acp.methods;
/** Milliseconds between two pieces of a stream. */
const PACE = 25;

const connection = acp
  .agent({ name: 'chaos' })
  .onRequest(agent.initialize, () => ({
    protocolVersion: acp.PROTOCOL_VERSION,
    agentCapabilities: { sessionCapabilities: { resume: {} } },
  }))
  .onRequest(agent.session.new, () => ({ sessionId: randomUUID() }))
  .onRequest(agent.session.resume, () => ({}))
  .onNotification(agent.session.cancel, () => undefined)
  .onRequest(agent.session.prompt, async ({ params: { prompt, sessionId }, client }) => {
    const first = prompt.find((block) => block.type === 'text');
    const whole = first?.type === 'text' ? first.text : '';
    const [word = '', deed, count] = (whole.split('\n').at(-1) ?? '').split(' ');
    record({ word, again: whole.startsWith('You were interrupted') });
    const say = (text: string): Promise<void> =>
      client.notify(theirs.session.update, {
        sessionId,
        update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } },
      });
    if (deed === 'stream') {
      for (let piece = 1; piece <= Number(count); piece += 1) {
        await say(`${piece} `);
        await sleep(PACE);
      }
    }
    if (deed === 'ask') {
      const { outcome } = await client.request(theirs.session.requestPermission, {
        sessionId,
        toolCall: { toolCallId: `call-${word}`, title: 'Write a file', kind: 'edit', rawInput: { of: word } },
        options: [
          { optionId: 'yes', name: 'Allow', kind: 'allow_once' },
          { optionId: 'no', name: 'Reject', kind: 'reject_once' },
        ],
      });
      await say(outcome.outcome === 'selected' && outcome.optionId === 'yes' ? 'allowed ' : 'not allowed ');
    }
    await say(`answer-${word}`);
    return { stopReason: 'end_turn' };
  })
  .connect(
    acp.ndJsonStream(
      Writable.toWeb(process.stdout) as WritableStream<Uint8Array>,
      Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>,
    ),
  );
await connection.closed;
