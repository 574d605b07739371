import type { Bus } from '@threadbox/messaging';
import { commit, SessionEvent, streams } from '@threadbox/schemas';

/** What the log says of turns, and the dead letters: followed from round to round. */
export type Witness = {
  /** Reads what is new, and tells what may not be. Only when all is quiet. */
  complaints: () => Promise<string[]>;
};

const schema = commit(SessionEvent);
const BATCH = 500;

/** Begins with an empty log. */
export const createWitness = ({ jsm }: Bus): Witness => {
  let next = 1;
  let buried = 0;
  const requested = new Map<string, string>();
  const open = new Map<string, 'requested' | 'started'>();
  const over = new Set<string>();

  const see = (session: string, event: SessionEvent): string | undefined => {
    if (event.type === 'turn-requested') {
      const turn = `turn ${event.turn} of ${session}`;
      const earlier = requested.get(event.message);
      requested.set(event.message, turn);
      open.set(turn, 'requested');
      return earlier && `one message became ${earlier} and ${turn}`;
    }
    if (event.type === 'turn-started') {
      const turn = `turn ${event.turn} of ${session}`;
      const before = open.get(turn);
      open.set(turn, 'started');
      return before === 'requested' ? undefined : `${turn} was started twice, or never asked for`;
    }
    if (event.type === 'turn-ended') {
      const turn = `turn ${event.turn} of ${session}`;
      const isSecond = over.has(turn);
      over.add(turn);
      open.delete(turn);
      if (isSecond) return `${turn} ended twice`;
      return event.outcome === 'completed' ? undefined : `${turn} ended as ${event.outcome}`;
    }
    return undefined;
  };

  const readLog = async (): Promise<string[]> => {
    const found: string[] = [];
    const { state } = await jsm.streams.info(streams.events);
    while (next <= state.last_seq) {
      const batch = await jsm.direct.getBatch(streams.events, { seq: next, batch: BATCH });
      for await (const stored of batch) {
        next = stored.seq + 1;
        if (!/^events\.\d+\.session\./.test(stored.subject)) continue;
        const { aggregate, events } = schema.parse(stored.json());
        for (const event of events) found.push(see(aggregate.id, event) ?? '');
      }
    }
    return found.filter((complaint) => complaint !== '');
  };

  return {
    complaints: async () => {
      const found = await readLog();
      for (const [turn, state] of open) found.push(`${turn} was ${state} and never ended`);
      const { state } = await jsm.streams.info(streams.dead);
      if (state.messages > buried) found.push(`${state.messages - buried} messages were put aside as dead letters`);
      buried = state.messages;
      return found;
    },
  };
};
