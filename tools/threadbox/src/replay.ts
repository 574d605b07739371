import { fold } from '@threadbox/eventsourcing';
import type { Bus } from '@threadbox/messaging';
import { commit, eventsSubject, readVersioned, SessionEvent, streams, tokenText } from '@threadbox/schemas';
import { session } from '../../../services/session/src/domain/session.ts';
import { connectOperator } from './operator.ts';

export const REPLAY_HELP = `threadbox replay: what happened in a session, from the log of facts

  replay                                   list the sessions, the last one last
  replay <session>                         its story, one fact a line, and its state after it
  replay <session> --at <time|sequence>    the same up to then: 2026-11-21T10:00:00Z, or a place in the log

the first characters of a session's id do, where no other begins with them; what people and agents wrote is not in this log`;

type Fact = { sequence: number; time: string; event: SessionEvent };

const BATCH = 500;

/** Every fact of one session, oldest first. */
export const factsOf = async ({ jsm }: Pick<Bus, 'jsm'>, id: string): Promise<Fact[]> => {
  const subject = eventsSubject('session', id);
  const schema = commit(SessionEvent);
  const facts: Fact[] = [];
  const end = (await jsm.direct.getMessage(streams.events, { last_by_subj: subject }))?.seq ?? 0;
  for (let next = 1; next <= end;) {
    const batch = await jsm.direct.getBatch(streams.events, { seq: next, next_by_subj: subject, batch: BATCH });
    for await (const stored of batch) {
      const { time, events } = readVersioned(schema, stored.json());
      for (const event of events) facts.push({ sequence: stored.seq, time, event });
      next = stored.seq + 1;
    }
  }
  return facts;
};

/** Every session that the log knows, with the place of its last fact, the last one last. */
const sessionsOf = async ({ jsm }: Pick<Bus, 'jsm'>): Promise<Array<{ id: string; sequence: number }>> => {
  const { state } = await jsm.streams.info(streams.events, { subjects_filter: 'events.*.session.>' });
  const found = await Promise.all(
    Object.keys(state.subjects ?? {}).map(async (subject) => {
      const last = await jsm.direct.getMessage(streams.events, { last_by_subj: subject });
      return { id: tokenText(subject.split('.').at(-1) ?? ''), sequence: last?.seq ?? 0 };
    }),
  );
  return found.toSorted((a, b) => a.sequence - b.sequence);
};

/** True for what had happened by then: a place in the log, or a time. Throws on what is neither. */
export const until = (at: string | undefined): ((fact: Pick<Fact, 'sequence' | 'time'>) => boolean) => {
  if (at === undefined) return () => true;
  if (/^\d+$/.test(at)) return ({ sequence }) => sequence <= Number(at);
  const time = Date.parse(at);
  if (Number.isNaN(time))
    throw new Error(`--at takes a time such as 2026-11-21T10:00:00Z, or a place in the log: “${at}” is neither`);
  return (fact) => Date.parse(fact.time) <= time;
};

const words = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const line = ({ sequence, time, event: { type, ...rest } }: Fact): string =>
  `${time.replace('T', ' ').replace('Z', '')}  #${sequence}  ${type.padEnd(20)}  ${Object.entries(rest)
    .map(([name, value]) => `${name} ${words(value)}`)
    .join(', ')}`;

const nameOf = async (bus: Bus, begin: string): Promise<string> => {
  const found = (await sessionsOf(bus)).filter(({ id }) => id.startsWith(begin));
  if (found.length === 1 && found[0]) return found[0].id;
  throw new Error(
    found.length === 0
      ? `no session begins with ${begin}: \`threadbox replay\` lists them`
      : `${found.length} sessions begin with ${begin}: say more of its id`,
  );
};

/** `threadbox replay`: the sessions, or one session's story and state. */
export const replay = async (options: {
  home: string;
  id: string | undefined;
  at: string | undefined;
}): Promise<number> => {
  const { home, id: begin, at } = options;
  const isThen = until(at);
  const bus = await connectOperator(home);
  try {
    if (begin === undefined) {
      const sessions = await sessionsOf(bus);
      for (const { id, sequence } of sessions) console.log(`${id}  last fact #${sequence}`);
      if (sessions.length === 0) console.log('There are no sessions yet.');
      return 0;
    }
    const id = await nameOf(bus, begin);
    const facts = (await factsOf(bus, id)).filter(isThen);
    const state = fold(
      session,
      facts.map(({ event }) => event),
    );
    console.log([...facts.map(line), '', JSON.stringify(state, null, 2)].join('\n'));
    return 0;
  } finally {
    await bus.close();
  }
};
