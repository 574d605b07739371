/**
 * What is neither dead nor well: things that are gone for a while, stand still, refuse, or are full. Each brownout lasts for `lasting`
 * milliseconds while people talk; afterwards everything must have been answered once, as ever.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Audit } from './audit.ts';
import { createDice } from './dice.ts';
import { fillDisk } from './full-disk.ts';
import { projectionsBehind } from './read-models.ts';
import { beginScene, speak, type Scene } from './scenes.ts';
import type { Stage } from './stage.ts';
import { until } from './until.ts';

/** One brownout. It tells what is wrong beyond what the audit finds. */
export type Brownout = (stage: Stage, audit: Audit, lasting: number) => Promise<readonly string[]>;

const talk = (stage: Stage, tag: string): Promise<Scene> => beginScene('talk', stage.chats, tag, createDice(1));
const crowd = (stage: Stage, tag: string): Promise<Scene> => beginScene('crowd', stage.chats, tag, createDice(1));
const unanswered = async (audit: Audit, scene: Scene, when: string): Promise<string[]> =>
  (await audit.answered(scene)) ? [] : [`not all was answered ${when}`];

/** People talk before something, during it, and after it. */
const around = async (stage: Stage, audit: Audit, name: string, during: () => Promise<void>): Promise<string[]> => {
  const before = await crowd(stage, `${name}-before`);
  const happening = during();
  const meanwhile = await talk(stage, `${name}-during`);
  await happening;
  const after = await talk(stage, `${name}-after`);
  const scene = { said: [...before.said, ...meanwhile.said, ...after.said], tend: after.tend };
  return unanswered(audit, scene, `after ${name}`);
};

/** Stops a process where it stands, for a while. */
const standStill =
  (name: string): Brownout =>
  (stage, audit, lasting) =>
    around(stage, audit, `${name}-still`, async () => {
      const pid = stage.box.pid(name) ?? 0;
      process.kill(pid, 'SIGSTOP');
      await sleep(lasting);
      process.kill(pid, 'SIGCONT');
    });

/** Telegram refuses in every way it has, as often as it takes for a while. */
const REFUSALS = [{ status: 502 }, { status: 429, retry_after: 1 }, { status: 500 }, { status: 429, retry_after: 2 }];

/** By how much clocks are turned, in milliseconds. */
const HOUR = 3_600_000;

const clockJumps =
  (by: number): Brownout =>
  (stage, audit, lasting) =>
    around(stage, audit, `clock${by}`, async () => {
      const file = join(stage.faults, 'clock');
      await writeFile(file, String(by));
      await sleep(lasting);
      await writeFile(file, '0');
    });

/** All of them, by name. */
export const brownouts: Readonly<Record<string, Brownout>> = {
  'postgres gone': async (stage, audit, lasting) => {
    const { postgres, databaseUrl } = { postgres: stage.postgres, databaseUrl: stage.postgres.url };
    await postgres.kill();
    const scene = await crowd(stage, 'pg-gone');
    const begun = Date.now();
    // Nobody waits for it: all is answered while it is away.
    const found = await unanswered(audit, scene, 'while Postgres was gone');
    await sleep(Math.max(0, begun + lasting - Date.now()));
    await postgres.start();
    const caughtUp = await until(
      async () => ((await projectionsBehind(databaseUrl, stage.admin)).length === 0 ? true : undefined),
      { timeout: 60_000, every: 200 },
    );
    return caughtUp ? found : [...found, 'projections did not catch up'];
  },

  'nats down': (stage, audit, lasting) =>
    around(stage, audit, 'nats-down', async () => {
      await stage.nats.kill();
      await sleep(lasting);
      await stage.nats.start();
    }),

  'nats cut off, then back': (stage, audit, lasting) =>
    around(stage, audit, 'cut', async () => {
      stage.wire?.cut();
      await sleep(lasting);
      stage.wire?.mend();
    }),

  'nats cut off, and connections forgotten': (stage, audit, lasting) =>
    around(stage, audit, 'forgotten', async () => {
      stage.wire?.cut();
      await sleep(lasting);
      stage.wire?.mend({ forget: true });
    }),

  'disk full': async (stage, audit, lasting) => {
    const room = await fillDisk(stage.admin);
    const [person] = stage.chats;
    if (!person) throw new RangeError('there is no chat');
    const id = Number(person.name.split(':')[1]);
    const update = stage.telegram.say(id, { id, first_name: 'Somebody' }, 'full-0-0');
    const rest = await talk(stage, 'fuller');
    await sleep(lasting);
    // Telegram keeps what was not confirmed; the page is refused.
    const found = stage.telegram.received(update) ? ['Telegram was told “received” while nothing could be stored'] : [];
    const page = await fetch(`${stage.box.webUrl}/web/api/threads/full/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.box.webToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ id: crypto.randomUUID(), text: 'is there room?' }),
    });
    if (page.status < 500) found.push(`the page was answered ${page.status} while nothing could be stored`);
    await room();
    const scene = { ...rest, said: [{ chat: person, answer: 'answer-full-0-0' }, ...rest.said] };
    return [...found, ...(await unanswered(audit, scene, 'once there was room'))];
  },

  'platform refuses': (stage, audit, lasting) =>
    around(stage, audit, 'refusing', async () => {
      for (const end = Date.now() + lasting; Date.now() < end;) {
        // Those that wait for longer and longer between two tries use up fewer and fewer.
        stage.telegram.forgive();
        for (const refusal of REFUSALS)
          stage.telegram.failNext({ method: ['sendMessage', 'editMessageText'], ...refusal });
        stage.discord.forgive();
        stage.discord.failNext({ status: 503 });
        stage.discord.failNext({ status: 429, retryAfter: 0.5 });
        await sleep(1500);
      }
      stage.telegram.forgive();
      stage.discord.forgive();
    }),

  'clocks an hour ahead': clockJumps(HOUR),
  'clocks an hour behind': clockJumps(-HOUR),

  'relay stands still': standStill('relay'),
  'session stands still': standStill('session'),

  'queue full': async (stage, audit) => {
    const chat = stage.chats[1];
    if (!chat) throw new RangeError('there is no chat');
    const first = await speak(chat, ['long-queue'], ' stream 200');
    const words = Array.from({ length: 60 }, (_, n) => `queue-${String(n).padStart(2, '0')}`);
    const all = await speak(chat, words);
    const refused = 'Too many messages are waiting already';
    // One runs, fifty wait, ten are told.
    const told = await until(
      async () => ((await chat.shown()).filter(({ text }) => text.includes(refused)).length >= 10 ? true : undefined),
      { timeout: 60_000 },
    );
    const taken = all.slice(0, 50);
    const found = await unanswered(
      audit,
      { said: [...first, ...taken], tend: () => Promise.resolve() },
      'of a full queue',
    );
    const texts = (await chat.shown()).map(({ text }) => text);
    const late = all.slice(50).filter(({ answer }) => texts.some((text) => text.includes(answer)));
    const words10 = texts.filter((text) => text.includes(refused)).length;
    return [
      ...found,
      ...(told && words10 === 10 ? [] : [`${words10} of 10 were told that the queue is full`]),
      ...(late.length > 0 ? [`${late.length} were answered that had been refused`] : []),
    ];
  },
};
