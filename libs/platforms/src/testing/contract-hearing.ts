/** What every platform promises about hearing: part of `platformContract`. */
import { describe, expect, it } from 'vitest';
import type { Lacks } from './lacks.ts';
import { eventually, key, no, received, sample, type Scene, yes } from './contract-scene.ts';

const bytesOf = async (pieces: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
};

/** The tests of a listener. */
export const hearingContract = (scene: Scene, lacks: Lacks): void => {
  describe('hearing', () => {
    it('takes in what a person says, once, and where and by whom', async () => {
      await received(await scene.platform.person.say('Good morning, *world* <3'));
      expect(scene.intake.offered).toEqual([
        {
          eventId: expect.any(String),
          place: scene.platform.place,
          kind: 'message',
          text: 'Good morning, *world* <3',
          files: [],
        },
      ]);
    });

    it('takes in a command as the line that follows the word', async () => {
      await received(await scene.platform.person.command('add user  telegram:7'));
      expect(scene.intake.accepted).toMatchObject([{ place: scene.platform.place, kind: 'command' }]);
      expect(scene.intake.accepted.map((each) => each.kind === 'command' && each.line.split(/\s+/))).toEqual([
        ['add', 'user', 'telegram:7'],
      ]);
    });

    if (!lacks.includes('edits of people'))
      it('names the message that an edit is about', async () => {
        const { person } = scene.platform;
        await received(await person.say('Delete the database'));
        await received(await person.edit!('Do not delete the database'));
        const [said, edited] = scene.intake.accepted;
        expect(edited).toMatchObject({
          kind: 'edit',
          of: said?.eventId,
          text: 'Do not delete the database',
          place: scene.platform.place,
        });
        expect(edited?.eventId).not.toBe(said?.eventId);
      });

    if (!lacks.includes('reactions'))
      it('brings a reaction to a message of the bot', async () => {
        const { sender, place, person } = scene.platform;
        await received(await person.say('Hello'));
        const id = await sender.post(place.conversation, sender.renderLive('Hello to you', ''), { key: key(1) });
        await received(await person.react!(id));
        expect(scene.intake.accepted.at(-1)).toMatchObject({ kind: 'reaction', emoji: '👍', place });
      });

    it('keeps the order in which one person speaks', async () => {
      const said = ['one', 'two', 'three', 'four'];
      const deeds = [];
      for (const text of said) deeds.push(await scene.platform.person.say(text));
      for (const deed of deeds) await received(deed);
      expect(scene.intake.accepted.map((each) => each.kind === 'message' && each.text)).toEqual(said);
      expect(new Set(scene.intake.accepted.map(({ eventId }) => eventId)).size).toBe(said.length);
    });

    it('says “received” only after it was accepted', async () => {
      const open = scene.intake.hold();
      const deed = await scene.platform.person.say('Is it safe?');
      await eventually(() => expect(scene.intake.offered).toHaveLength(1));
      expect(deed.received()).toBe(false);
      open();
      await received(deed);
      expect(scene.intake.accepted).toHaveLength(1);
    });

    it('brings again, under the same id, what was not accepted', async () => {
      scene.intake.refuse(2);
      await received(await scene.platform.person.say('Do not lose me'));
      expect(scene.intake.accepted).toMatchObject([{ kind: 'message', text: 'Do not lose me' }]);
      expect(scene.intake.offered).toHaveLength(3);
      expect(new Set(scene.intake.offered.map(({ eventId }) => eventId)).size).toBe(1);
    });

    it('leaves to the next listener, under the same id, what the last one did not accept', async () => {
      scene.intake.refuse(Infinity);
      const deed = await scene.platform.person.say('Still there?');
      await eventually(() => expect(scene.intake.offered.length).toBeGreaterThan(0));
      await scene.listener.stop();
      expect(deed.received()).toBe(false);
      scene.intake.refuse(0);
      scene.listener = scene.platform.createListener();
      await scene.listener.start(scene.intake.accept);
      await received(deed);
      expect(scene.intake.accepted).toMatchObject([
        { kind: 'message', text: 'Still there?', eventId: scene.intake.offered[0]!.eventId },
      ]);
    });

    it('gives what is delivered twice the same id', async () => {
      await received(await scene.platform.person.say('Once'));
      await scene.platform.person.redeliver();
      await received(await scene.platform.person.say('Then'));
      const once = scene.intake.accepted.filter((each) => each.kind === 'message' && each.text === 'Once');
      expect(new Set(once.map(({ eventId }) => eventId)).size).toBe(1);
      expect(scene.intake.accepted.at(-1)).toMatchObject({ text: 'Then' });
    });

    it('brings a file with every byte of it', async () => {
      const files: [string, string, Buffer][] = [];
      await scene.listener.stop();
      scene.listener = scene.platform.createListener();
      await scene.listener.start(async (incoming) => {
        for (const file of incoming.kind === 'message' ? incoming.files : [])
          files.push([file.name, file.mediaType, await bytesOf(await file.open())]);
        await scene.intake.accept(incoming);
      });
      await received(await scene.platform.person.say('Look at this', sample));
      expect(scene.intake.accepted).toMatchObject([{ kind: 'message', text: 'Look at this' }]);
      expect(files.map(([file, type, bytes]) => [file, type, bytes.equals(sample.bytes)])).toEqual([
        [sample.name, sample.mediaType, true],
      ]);
    });

    it('brings a pressed button as the value that it was given', async () => {
      const { sender, place, person } = scene.platform;
      await received(await person.say('Hello'));
      const id = await sender.post(place.conversation, sender.renderLive('Are you my owner?', ''), {
        key: key(1),
        buttons: [yes, no],
      });
      expect(await scene.platform.standing()).toMatchObject([{ id, buttons: ['Yes', 'No'] }]);
      await received(await person.press(id, 'No'));
      expect(scene.intake.accepted.at(-1)).toMatchObject({ kind: 'button', value: no.value, place });
    });
  });
};
