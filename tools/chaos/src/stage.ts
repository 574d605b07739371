import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, type Bus } from '@threadbox/messaging';
import { startFakeBotApi, startFakeDiscord, type FakeBotApi, type FakeDiscord } from '@threadbox/platforms/testing';
import { startNats, startPostgres, type Nats, type Postgres } from '@threadbox/tool-infrastructure';
import { startThreadbox, type Threadbox } from '@threadbox/tool-threadbox';
import { discordChat, telegramChat, type Chat } from './chats.ts';
import { layWire, type Wire } from './proxy.ts';
import { until } from './until.ts';

/** A whole Threadbox whose processes can be struck, with people in several chats. */
export type Stage = {
  box: Threadbox;
  nats: Nats;
  postgres: Postgres;
  /** Reads everything. It is connected anew after NATS was away. */
  admin: Bus;
  chats: readonly Chat[];
  telegram: FakeBotApi;
  discord: FakeDiscord;
  /** Between all processes and NATS, where the stage was opened with one. */
  wire: Wire | undefined;
  /** Where the sweep and what it loads into processes write to each other. */
  faults: string;
  /** Where everything lies, logs included. */
  home: string;
  /** Every line of a warning or worse, by service. */
  complaints: string[];
  /** Ends everything; `keep` leaves the files. */
  stop: (options?: { keep?: boolean }) => Promise<void>;
};

/** Fewer places than chats: sandboxes are put to sleep and woken up whenever all talk. */
const PLACES = 4;
/** Other people for each stage on this machine: what is derived from their ids is theirs alone. */
const people = (): number[] => [1, 2, 3].map((n) => process.pid * 100 + n);

/** What loads into a process that strikes in it. */
const striking =
  (faults: string, clocks: boolean) =>
  (service: string): readonly string[] => {
    const inject = new URL('inject.ts', import.meta.url);
    inject.searchParams.set('folder', faults);
    inject.searchParams.set('process', service);
    if (clocks) inject.searchParams.set('clocks', 'ours');
    return ['--import', inject.href];
  };

const seen = async (chat: Chat, what: string): Promise<void> => {
  const found = await until(
    async () => ((await chat.shown()).some(({ text }) => text.includes(what)) ? true : undefined),
    { timeout: 60_000 },
  );
  if (found === undefined) throw new Error(`${chat.name} never showed “${what}”`);
};

/** The first person of each platform becomes the owner, lets the others in, and each chat has its session. */
const settleIn = async (
  [owner, ...others]: readonly [Chat, ...Chat[]],
  add: (chat: Chat) => string | undefined,
): Promise<void> => {
  await owner.say(`begin-${owner.name}`);
  await seen(owner, 'Are you my owner?');
  await owner.say('yes');
  await seen(owner, `answer-begin-${owner.name}`);
  for (const other of others) {
    const person = add(other);
    if (person !== undefined) {
      await owner.command(`add user ${person}`);
      await seen(owner, `telegram:${person} is a user now`);
    }
    await other.say(`begin-${other.name}`);
    await seen(other, `answer-begin-${other.name}`);
  }
};

/** What a stage has beside a Threadbox. */
export type StageOptions = {
  /** Settings for the services. */
  settings?: Record<string, string>;
  /** NATS is reached by a wire that can be cut. */
  wire?: boolean;
  /** The processes' clocks can be turned: by as many milliseconds as the file `clock` among the faults says. */
  clocks?: boolean;
  /** The most that the streams may take of the disk, in bytes. */
  fileStore?: number;
};

/** Starts everything. */
export const openStage = async (options: StageOptions = {}): Promise<Stage> => {
  const { settings = {}, clocks = false, fileStore } = options;
  const home = await mkdtemp(join(tmpdir(), 'threadbox-chaos-'));
  const faults = join(home, 'faults');
  await mkdir(faults);
  const stops: Array<() => Promise<unknown>> = [];
  const stop: Stage['stop'] = async ({ keep = false } = {}) => {
    for (const step of stops.splice(0).toReversed()) await step().catch(() => undefined);
    if (!keep) await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const telegram = await startFakeBotApi();
    stops.push(telegram.close);
    const discord = await startFakeDiscord();
    stops.push(discord.close);
    const nats = await startNats({ folder: home, ...(fileStore !== undefined && { fileStore }) });
    stops.push(nats.stop);
    const wire = options.wire ? await layWire(Number(new URL(nats.url).port)) : undefined;
    if (wire) stops.push(wire.close);
    const postgres = await startPostgres({ folder: home });
    stops.push(postgres.stop);
    const complaints: string[] = [];
    const box = await startThreadbox({
      home,
      nodeOptions: striking(faults, clocks),
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        GATEWAY_PORT: '0',
        NATS_URL: wire ? `nats://127.0.0.1:${wire.port}` : nats.url,
        DATABASE_URL: postgres.url,
        TELEGRAM_BOT_TOKEN: telegram.token,
        TELEGRAM_API_ROOT: telegram.url,
        DISCORD_BOT_TOKEN: discord.token,
        DISCORD_API_ROOT: discord.url,
        DEFAULT_AGENT: 'echo',
        MAX_SANDBOXES: String(PLACES),
        // The agent is ours, and has to write down what it was asked.
        SANDBOX_WALLS: 'none',
        ...settings,
      },
      onLog: (service, line) => {
        if (/"level":"(warn|error|fatal)"/.test(line)) complaints.push(`${service} ${line}`);
      },
    });
    stops.push(box.stop);
    const admin = await connectBus({ url: nats.url, name: 'admin', creds: nats.credentials.creds('admin') });
    stops.push(admin.close);
    const persons = people().map((person) => telegramChat(telegram, person)) as [Chat, ...Chat[]];
    const channels = [await discord.openDirect(), await discord.openDirect()];
    const direct = channels.map((channel) => discordChat(discord, channel)) as [Chat, ...Chat[]];
    await settleIn(persons, (chat) => chat.name.split(':')[1]);
    await settleIn(direct, () => undefined);
    const chats = [...persons, ...direct];
    return { box, nats, postgres, admin, chats, telegram, discord, wire, faults, home, complaints, stop };
  } catch (error) {
    await stop({ keep: true });
    throw new Error(`the stage could not be set; see ${home}`, { cause: error });
  }
};
