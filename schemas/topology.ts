import { partitions, streams } from './subjects.ts';

/** The services that have a NATS user of their own. */
export const services = ['gateway', 'auth', 'session', 'sandbox', 'relay', 'egress'] as const;
export type ServiceName = (typeof services)[number];

/** The services that hold leases, and may write their own. */
export const leaseHolders: readonly ServiceName[] = ['gateway', 'relay', 'sandbox'];

const DAY = 24 * 60 * 60 * 1000;

/** Every stream: what it holds and for how long. Ages in milliseconds, 0 being for ever. */
export const streamTable = [
  { name: streams.chat, subjects: ['chat.>'], maxAge: 30 * DAY },
  { name: streams.events, subjects: ['events.>'], maxAge: 0 },
  { name: streams.sandbox, subjects: ['sandbox.>'], maxAge: 7 * DAY },
  { name: streams.timers, subjects: ['timers.>', 'due.>'], maxAge: 0, schedules: true, lastPerSubject: true },
  { name: streams.web, subjects: ['web.>', 'webfile.>', 'shelf.>'], maxAge: 30 * DAY, lastPerSubject: true },
  { name: streams.relay, subjects: ['relay.>'], maxAge: 30 * DAY, lastPerSubject: true },
  { name: streams.vault, subjects: ['vault.>', 'credential.>'], maxAge: 0, lastPerSubject: true },
  { name: streams.dead, subjects: ['dead.>'], maxAge: 30 * DAY },
  // They may go at any time: one that nobody renews is one that nobody needs.
  { name: streams.snapshots, subjects: ['snapshots.>'], maxAge: 30 * DAY, lastPerSubject: true },
  { name: streams.leases, subjects: ['lease.>'], maxAge: DAY, lastPerSubject: true },
] as const satisfies ReadonlyArray<{
  name: string;
  subjects: readonly string[];
  maxAge: number;
  schedules?: boolean;
  lastPerSubject?: boolean;
}>;

/**
 * In how many shares the lanes of a reading are read whose service has replicas: the most replicas there can be. A share is a durable
 * consumer, and each that is in use costs NATS a file ten times a second.
 */
export const SHARES = 4;

/** Every share, in order; each is called by the first of its lanes. */
export const shares: readonly number[] = partitions.slice(0, SHARES);

/** What one service reads of one stream. */
export type Reading = {
  service: ServiceName;
  /** The last word of the durable's name. */
  name: string;
  stream: (typeof streamTable)[number]['name'];
  /** The subject filter of one lane; of all, with `*`. */
  filter: (p: number | '*') => string;
  /** Whether replicas share its lanes, a durable a share; else one durable reads all. */
  shared: boolean;
  /** How many messages one reader holds at once; those of one subject are handled in order. 1: all of them are. */
  inFlight: number;
};

/**
 * Every durable consumer of the system. What is on every message's way holds many messages, in order by subject, so that they are read and
 * acknowledged together and a slow one holds up nobody else; where each is a decision about one shared aggregate, one at a time is as fast.
 */
export const readings = [
  {
    service: 'auth',
    name: 'inbound',
    stream: 'CHAT',
    filter: (p) => `chat.inbound.${p}.>`,
    shared: true,
    inFlight: 128,
  },
  {
    service: 'auth',
    name: 'deposit',
    stream: 'CHAT',
    filter: (p) => `chat.deposit.${p}.>`,
    shared: true,
    inFlight: 1,
  },
  {
    service: 'session',
    name: 'admitted',
    stream: 'CHAT',
    filter: (p) => `chat.admitted.${p}.>`,
    shared: true,
    inFlight: 128,
  },
  {
    service: 'session',
    name: 'opened',
    stream: 'CHAT',
    filter: (p) => `chat.opened.${p}.>`,
    shared: true,
    inFlight: 1,
  },
  {
    service: 'session',
    name: 'output',
    stream: 'SANDBOX',
    filter: (p) => `sandbox.${p}.*.out`,
    shared: true,
    inFlight: 128,
  },
  {
    service: 'session',
    name: 'events',
    stream: 'EVENTS',
    filter: (p) => `events.${p}.session.>`,
    shared: true,
    inFlight: 128,
  },
  {
    service: 'session',
    name: 'fleet',
    stream: 'EVENTS',
    filter: (p) => `events.${p}.fleet.>`,
    shared: false,
    inFlight: 1,
  },
  {
    service: 'session',
    name: 'ways',
    stream: 'EVENTS',
    filter: (p) => `events.${p}.egress.>`,
    shared: true,
    inFlight: 1,
  },
  {
    service: 'session',
    name: 'ledgers',
    stream: 'EVENTS',
    filter: (p) => `events.${p}.ledger.>`,
    shared: true,
    inFlight: 1,
  },
  { service: 'session', name: 'due', stream: 'TIMERS', filter: () => 'due.session.>', shared: false, inFlight: 1 },
  {
    service: 'sandbox',
    name: 'sessions',
    stream: 'EVENTS',
    filter: (p) => `events.${p}.session.>`,
    shared: false,
    inFlight: 256,
  },
  {
    service: 'sandbox',
    name: 'fleet',
    stream: 'EVENTS',
    filter: (p) => `events.${p}.fleet.>`,
    shared: false,
    inFlight: 64,
  },
  {
    service: 'relay',
    name: 'outbound',
    stream: 'CHAT',
    filter: (p) => `chat.outbound.${p}.>`,
    shared: false,
    inFlight: 2048,
  },
  {
    service: 'relay',
    name: 'output',
    stream: 'SANDBOX',
    filter: (p) => `sandbox.${p}.*.out`,
    shared: false,
    inFlight: 2048,
  },
] as const satisfies readonly Reading[];

/** The durable that reads a share of a reading: `auth-inbound` and 1 are `auth-inbound-1of4`. */
export const durableOf = (reading: string, share: number): string => `${reading}-${share}of${SHARES}`;

/** A durable consumer as it stands in NATS: `<service>-<name>` or `<service>-<name>-<share>of<SHARES>`. */
export type Durable = {
  durable: string;
  service: ServiceName;
  stream: string;
  filters: readonly string[];
  inFlight: number;
};

/** Every durable, the shares written out. */
export const durables: readonly Durable[] = readings.flatMap(
  ({ service, name, stream, filter, shared, inFlight }: Reading) => {
    const reading = `${service}-${name}`;
    if (!shared) return [{ durable: reading, service, stream, filters: [filter('*')], inFlight }];
    return shares.map((share) => ({
      durable: durableOf(reading, share),
      service,
      stream,
      filters: partitions.filter((p) => p % SHARES === share).map(filter),
      inFlight,
    }));
  },
);

/** A durable's reading: its name without the share. Shares were lanes once, and called `auth-inbound-7`. */
export const readingOf = (durable: string): string => durable.replace(/-\d+(?:of\d+)?$/, '');

const takes = (filter: string, subject: string): boolean => {
  const [wanted, given] = [filter.split('.'), subject.split('.')];
  const isOpen = wanted.at(-1) === '>';
  return (
    (isOpen ? given.length >= wanted.length : given.length === wanted.length) &&
    wanted.every((token, at) => token === '*' || token === '>' || token === given[at])
  );
};

/** The durable through which a reading gets a subject; undefined where it reads no such subject. */
export const readerOf = (reading: string, subject: string): string | undefined =>
  durables.find(
    ({ durable, filters }) => readingOf(durable) === reading && filters.some((filter) => takes(filter, subject)),
  )?.durable;
