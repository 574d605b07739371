import type { Log } from '@threadbox/chassis';
import { createEventStore, type Bus } from '@threadbox/messaging';
import { mintModelToken } from '@threadbox/model-token';
import {
  aggregates,
  commit,
  deriveId,
  eventsSubject,
  streams,
  type AggregateType,
  type EventOf,
} from '@threadbox/schemas';
import { testNats, type TestNats } from '@threadbox/tool-infrastructure/testing';
import { settings } from '../config.ts';
import { INTERNET, start, type Internet } from '../start.ts';

export const EGRESS_SECRET = 'the-secret-that-signs-sandboxes-tokens';

/** The token that a sandbox presents. */
export const tokenFor = (sandboxId: string, expiresIn = 60): Promise<string> =>
  mintModelToken({ secret: EGRESS_SECRET, sandboxId, expiresIn });

/** Egress at work in this process. */
export type RunningEgress = { url: string; lines: object[]; stop: () => Promise<void> };

/** Egress on a real NATS, with the rights of its own user, and the power to say what happened elsewhere. */
export type EgressStage = {
  nats: TestNats;
  /** Says that something happened to an aggregate of another service. */
  happened: <Type extends AggregateType>(type: Type, id: string, ...events: Array<EventOf<Type>>) => Promise<void>;
  /** A session that is open, of Ana's, in the workspace `w`. */
  openSession: (id: string, workspace?: string) => Promise<void>;
  start: (env?: Record<string, string>, internet?: Internet) => Promise<RunningEgress>;
  /** Every event of an aggregate, oldest first. */
  eventsOf: <Type extends AggregateType>(type: Type, id: string) => Promise<Array<EventOf<Type>>>;
  stop: () => Promise<void>;
};

/** Brings up a NATS server and an empty stage. */
export const egressStage = async (): Promise<EgressStage> => {
  const nats = await testNats();
  const admin: Bus = await nats.connect('admin');
  let count = 0;

  const happened: EgressStage['happened'] = async (type, id, ...events) => {
    const store = createEventStore(admin, type, { initial: 0, decide: () => events, evolve: (state) => state });
    const cause = deriveId('happened', (count += 1));
    await store.decide(id, undefined, { id: cause, correlation: cause });
  };

  return {
    nats,
    happened,
    openSession: (id, workspace = 'w') =>
      happened('session', id, {
        type: 'session-opened',
        workspace,
        conversation: `web:${id}`,
        agent: 'claude',
        by: 'web:ana',
      }),
    start: async (env = {}, internet = INTERNET) => {
      const config = settings.parse({
        NATS_URL: nats.url,
        NATS_CREDS: nats.creds('egress'),
        EGRESS_PORT: '0',
        EGRESS_SECRET,
        ...env,
      });
      const lines: object[] = [];
      const stops: Array<() => unknown> = [];
      const say = (fields: object): void => void lines.push(fields);
      const log = { info: say, warn: say, error: say } as unknown as Log;
      const nothing = (): void => undefined;
      const fail = (error: Error): void => void lines.push({ failed: error.message });
      await start({ config, log, onStop: (step) => stops.push(step), check: nothing, tell: nothing, fail }, internet);
      const url = lines.map((line) => ('url' in line ? String(line.url) : '')).find(Boolean) ?? '';
      return {
        url,
        lines,
        stop: async () => {
          for (const step of stops.toReversed()) await step();
        },
      };
    },
    eventsOf: async <Type extends AggregateType>(type: Type, id: string) => {
      const schema = commit(aggregates[type].events);
      const found: Array<EventOf<Type>> = [];
      const subject = eventsSubject(type, id);
      const last = (await admin.jsm.direct.getMessage(streams.events, { last_by_subj: subject }))?.seq ?? 0;
      let seq = 0;
      while (seq < last) {
        const query = { seq: seq + 1, next_by_subj: subject, batch: 500 };
        for await (const stored of await admin.jsm.direct.getBatch(streams.events, query)) {
          found.push(...(schema.parse(stored.json()).events as Array<EventOf<Type>>));
          seq = stored.seq;
        }
      }
      return found;
    },
    stop: async () => {
      await admin.close();
      await nats.stop();
    },
  };
};
