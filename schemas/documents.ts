import { z } from 'zod';
import { aggregates } from './aggregates.ts';
import { Admitted } from './chat/admitted.ts';
import { CredentialDeposited } from './chat/credential-deposited.ts';
import { FileChunk } from './chat/file-chunk.ts';
import { Inbound } from './chat/inbound.ts';
import { Outbound } from './chat/outbound.ts';
import { ThreadOpened } from './chat/thread-opened.ts';
import { commit } from './envelope.ts';
import { SandboxInput } from './runner/sandbox-input.ts';
import { SandboxOutput } from './runner/sandbox-output.ts';
import { TimerDue } from './timer-due.ts';

type Channel = { address: string; schema: z.ZodType; sends: string[]; receives: string[]; description: string };

/** Every kind of subject, what it carries, who writes it and who reads it. */
export const channels: Record<string, Channel> = {
  'chat-inbound': {
    address: 'chat.inbound.{partition}.{platform}.{conversation}',
    schema: Inbound,
    sends: ['gateway'],
    receives: ['auth'],
    description: 'What arrived from a platform, normalized.',
  },
  'chat-admitted': {
    address: 'chat.admitted.{partition}.{platform}.{conversation}',
    schema: Admitted,
    sends: ['auth'],
    receives: ['session'],
    description: 'What was let in, with its principal.',
  },
  'chat-file': {
    address: 'chat.file.{partition}.{platform}.{conversation}',
    schema: FileChunk,
    sends: ['gateway'],
    receives: ['session'],
    description: 'The bytes of attached files.',
  },
  'chat-outbound': {
    address: 'chat.outbound.{partition}.{platform}.{conversation}',
    schema: Outbound,
    sends: ['auth', 'session'],
    receives: ['relay'],
    description: 'What is to be shown.',
  },
  'chat-deposit': {
    address: 'chat.deposit.{partition}.{slot}',
    schema: CredentialDeposited,
    sends: ['gateway'],
    receives: ['auth'],
    description: 'The word that somebody put a credential of their own into the vault.',
  },
  'chat-opened': {
    address: 'chat.opened.{partition}.{platform}.{conversation}',
    schema: ThreadOpened,
    sends: ['relay'],
    receives: ['session'],
    description: 'Threads that were opened for sessions.',
  },
  'sandbox-in': {
    address: 'sandbox.{partition}.{sandbox}.in',
    schema: SandboxInput,
    sends: ['session'],
    receives: ['runner'],
    description: 'What a sandbox is given.',
  },
  'sandbox-out': {
    address: 'sandbox.{partition}.{sandbox}.out',
    schema: SandboxOutput,
    sends: ['runner'],
    receives: ['session', 'relay'],
    description: 'What a sandbox answers.',
  },
  due: {
    address: 'due.{aggregate}.{id}.{name}',
    schema: TimerDue,
    sends: ['session'],
    receives: ['session'],
    description: 'Timers that rang.',
  },
  ...Object.fromEntries(
    Object.entries(aggregates).map(([type, { owner, events }]) => [
      `events-${type}`,
      {
        address: `events.{partition}.${type}.{id}`,
        schema: commit(events),
        sends: [owner],
        receives: ['auth', 'session', 'sandbox', 'relay', 'egress'],
        description: `The history of each ${type}: one message is one commit.`,
      },
    ]),
  ),
};

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const jsonSchema = (schema: z.ZodType): object => z.toJSONSchema(schema, { io: 'input' });

const operations = (name: string, { sends, receives }: Channel): Array<[string, object]> =>
  [
    ...sends.map((service) => [service, 'send'] as const),
    ...receives.map((service) => [service, 'receive'] as const),
  ].map(([service, action]) => [
    `${service}-${action}-${name}`,
    { action, channel: { $ref: `#/channels/${name}` }, tags: [{ name: service }] },
  ]);

/** File name → text of every generated document; pure, so that a test can compare it with what is committed. */
export const generateDocuments = (): Map<string, string> => {
  const documents = new Map(
    Object.entries(channels).map(([name, { schema }]) => [`${name}.schema.json`, json(jsonSchema(schema))]),
  );
  documents.set(
    'asyncapi.json',
    json({
      asyncapi: '3.0.0',
      info: { title: 'Threadbox', version: '1', description: 'The subjects of Threadbox on NATS JetStream.' },
      channels: Object.fromEntries(
        Object.entries(channels).map(([name, { address, description }]) => [
          name,
          {
            address,
            description,
            parameters: Object.fromEntries([...address.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => [parameter, {}])),
            messages: { [name]: { $ref: `#/components/messages/${name}` } },
          },
        ]),
      ),
      operations: Object.fromEntries(Object.entries(channels).flatMap(([name, channel]) => operations(name, channel))),
      components: {
        messages: Object.fromEntries(
          Object.keys(channels).map((name) => [
            name,
            {
              payload: {
                schemaFormat: 'application/schema+json;version=draft-2020-12',
                schema: { $ref: `./${name}.schema.json` },
              },
            },
          ]),
        ),
      },
    }),
  );
  return documents;
};
