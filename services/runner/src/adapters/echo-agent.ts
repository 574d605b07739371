import { randomUUID } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import * as acp from '@agentclientprotocol/sdk';

/** An ACP agent with no model: it repeats the first words of a prompt at once. Serves one client until the stream ends. */
export const runEchoAgent = async (input: Readable, output: Writable): Promise<void> => {
  const { agent } = acp.methods;
  const connection = acp
    .agent({ name: 'echo' })
    .onRequest(agent.initialize, () => ({
      protocolVersion: acp.PROTOCOL_VERSION,
      agentCapabilities: { sessionCapabilities: { resume: {} } },
    }))
    .onRequest(agent.session.new, () => ({ sessionId: randomUUID() }))
    .onRequest(agent.session.resume, () => ({}))
    .onNotification(agent.session.cancel, () => undefined)
    .onRequest(agent.session.prompt, async ({ params, client }) => {
      const first = params.prompt.find((block) => block.type === 'text');
      const content = { type: 'text', text: first?.type === 'text' ? first.text : '' } as const;
      await client.notify(acp.methods.client.session.update, {
        sessionId: params.sessionId,
        update: { sessionUpdate: 'agent_message_chunk', content },
      });
      return { stopReason: 'end_turn' };
    })
    .connect(
      acp.ndJsonStream(
        Writable.toWeb(output) as WritableStream<Uint8Array>,
        Readable.toWeb(input) as ReadableStream<Uint8Array>,
      ),
    );
  await connection.closed;
};
