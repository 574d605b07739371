/** One conversation that every platform must be able to have, from owning the bot to closing the session. */
import { expect, it, vi } from 'vitest';

/** A file that came or is to go. */
type File = { name: string; bytes: Uint8Array };

/** A person at work in the place where the session is (or where it will be started from). */
type Person = {
  /** As the roster knows them. */
  id: string;
  say: (text: string, file?: File) => unknown;
  /** `/claude <line>`, the way people give commands there. */
  command: (line: string) => unknown;
  /** Presses the newest button with this label. */
  press: (label: string) => unknown;
};

/** A platform with two people in it. */
export type Cast = {
  ana: Person;
  ben: Person;
  /** False where people share no place with the bot, as on the page: then Ben only asks to be let in. */
  isShared: boolean;
  /** The bot's messages where Ana is, oldest first; those in the thread of her session once it has one. */
  texts: () => Promise<string[]> | string[];
  /** What the bot said to Ben, where that is another place. */
  textsOfBen?: () => Promise<string[]> | string[];
  /** The labels of the buttons that stand there. */
  buttons: () => Promise<string[]> | string[];
  /** The files that the bot sent there. */
  files: () => Promise<File[]> | File[];
};

/** Somebody on another platform who may talk to the bot there. */
export type Elsewhere = { say: (text: string) => unknown; texts: () => string[] };

const bytes = new Uint8Array(Buffer.from('from outside\n'));
const CODE = /\/claude adopt ((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})/;

/** Declares the conversation as tests, one a step, in order. */
export const conversationContract = (cast: () => Cast, elsewhere: () => Elsewhere): void => {
  const until = <Value>(check: () => Value | Promise<Value>) => vi.waitFor(check, { timeout: 60_000, interval: 50 });
  const hears = (words: string | RegExp) =>
    until(async () => {
      const said = (await cast().texts()).join('\n\n');
      if (typeof words === 'string') expect(said).toContain(words);
      else expect(said).toMatch(words);
    });
  const asked = (label: string) => until(async () => expect(await cast().buttons()).toContain(label));
  const codeIn = (texts: readonly string[]): string | undefined =>
    texts.flatMap((text) => CODE.exec(text)?.[1] ?? []).at(-1);

  it('asks for its owner, and the first Yes counts', async () => {
    await cast().ana.command('help');
    await hears('Are you my owner?');
    await asked('Yes');
    await cast().ana.press('Yes');
    await hears(`${cast().ana.id} is my owner now`);
    // What was said before the Yes is answered after it.
    await hears('/claude status');
  });

  it('lets nobody in who does not belong, until the owner says so', async () => {
    const { ana, ben, texts, textsOfBen = texts } = cast();
    await ben.command('status');
    await until(async () => expect((await textsOfBen()).join('\n')).toContain(`/claude add user ${ben.id}`));
    await ana.command(`add user ${ben.id}`);
    await hears(`${ben.id} is a user now`);
  });

  it('starts a session', async () => {
    await cast().ana.command('start');
    await hears('A session with');
  });

  it('answers', async () => {
    await cast().ana.say('say hello from here');
    await hears(/hello from here/);
    if (!cast().isShared) return;
    await cast().ben.say('say Ben was heard');
    await hears('Ben was heard');
  });

  it('asks before it acts, and acts once a button was pressed', async () => {
    const { ana, ben, isShared } = cast();
    await ana.say('write kept.txt: good morning');
    await asked('Allow once');
    await (isShared ? ben : ana).press('Allow once');
    await hears('allowed once');
  });

  it('asks what the agent asks, and tells the agent what was pressed, and what was written', async () => {
    const { ana } = cast();
    await ana.say('question Which colour? Red | Blue');
    await asked('Blue');
    await ana.press('Blue');
    await hears(/Which colour\?[^]*Blue/);
    await hears(`Answered by ${ana.id}`);
    await ana.say('question Which size? Small | Large');
    await asked('Large');
    await ana.say('in between');
    await hears('in between');
  });

  it('takes a file in and gives one back', async () => {
    const { ana, files } = cast();
    await ana.say('say the file is here', { name: 'in.txt', bytes });
    await hears('the file is here');
    await ana.say('send me inbox/in.txt');
    await asked('Always');
    await ana.press('Always');
    await until(async () => {
      const sent = (await files()).find(({ name }) => name === 'in.txt');
      expect(Buffer.from(sent?.bytes ?? []).toString()).toBe('from outside\n');
    });
  });

  it('goes on elsewhere, and comes back, with the same sandbox', async () => {
    const { ana, texts } = cast();
    const there = elsewhere();
    await ana.command('handoff');
    const code = await until(async () => {
      const found = codeIn(await texts());
      expect(found).toBeDefined();
      return found!;
    });
    await there.say(`/claude adopt ${code}`);
    await until(() => expect(there.texts().join('\n')).toContain('goes on here'));
    await hears('goes on elsewhere');
    await there.say('read kept.txt');
    await until(() => expect(there.texts().join('\n')).toContain('good morning'));
    await there.say('/claude handoff');
    const back = await until(() => {
      const found = codeIn(there.texts());
      expect(found).toBeDefined();
      return found!;
    });
    await ana.command(`adopt ${back}`);
    await hears('goes on here');
    await ana.say('say I am back');
    await hears('I am back');
  });

  it('closes', async () => {
    await cast().ana.command('close');
    await hears('The session is closed');
  });
};
