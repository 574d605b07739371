/** What every platform promises about writing: part of `platformContract`. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Lacks } from './lacks.ts';
import { key, no, partOf, received, sample, type Scene, yes } from './contract-scene.ts';

/** The tests of a sender. */
export const writingContract = (scene: Scene, lacks: Lacks): void => {
  const canEdit = !lacks.includes('edit');
  describe('writing', () => {
    beforeEach(async () => {
      await received(await scene.platform.person.say('Hello'));
    });

    it('says of itself what it can', () => {
      expect(scene.platform.sender.capabilities.edit).toBe(canEdit);
    });

    it('posts a message', async () => {
      const { sender, place } = scene.platform;
      const id = await sender.post(place.conversation, partOf(scene, 'Thinking'), { key: key(1) });
      expect(await scene.platform.standing()).toMatchObject([{ id, text: 'Thinking' }]);
    });

    if (canEdit)
      it('edits a message, any number of times with the same words', async () => {
        const { sender, place } = scene.platform;
        const id = await sender.post(place.conversation, partOf(scene, 'Thinking'), { key: key(1) });
        expect(await scene.platform.standing()).toMatchObject([{ id, text: 'Thinking' }]);
        for (let times = 0; times < 3; times += 1)
          await sender.edit(place.conversation, id, partOf(scene, '**Done**'), {});
        const standing = await scene.platform.standing();
        expect(standing).toHaveLength(1);
        expect(standing[0]!.text).toContain('Done');
      });

    it('shows buttons', async () => {
      const { sender, place } = scene.platform;
      await sender.post(place.conversation, partOf(scene, 'May I?'), { key: key(1), buttons: [yes, no] });
      expect((await scene.platform.standing()).map(({ buttons }) => buttons)).toEqual([['Yes', 'No']]);
    });

    if (canEdit)
      it('shows buttons for as long as they are given', async () => {
        const { sender, place } = scene.platform;
        const shown = async (): Promise<unknown> => (await scene.platform.standing()).map(({ buttons }) => buttons);
        const id = await sender.post(place.conversation, partOf(scene, 'May I?'), {
          key: key(1),
          buttons: [yes],
        });
        expect(await shown()).toEqual([['Yes']]);
        await sender.edit(place.conversation, id, partOf(scene, 'May I?'), { buttons: [yes, no] });
        expect(await shown()).toEqual([['Yes', 'No']]);
        await sender.edit(place.conversation, id, partOf(scene, 'May I?'), {});
        expect(await shown()).toEqual([[]]);
      });

    it('shows a long text whole and in order, in parts that the platform takes', async () => {
      const { sender, place } = scene.platform;
      const words = Array.from({ length: 3000 }, (_, i) => `word${i}`);
      const markdown = `# Long\n\n${words.slice(0, 1500).join(' ')}\n\n\`\`\`ts\nconst a = 1;\n\`\`\`\n\n${words.slice(1500).join(' ')}`;
      for (const [i, each] of sender.render(markdown).parts.entries())
        await sender.post(place.conversation, each, { key: key(i) });
      const standing = await scene.platform.standing();
      for (const { text } of standing) expect(scene.platform.measure(text)).toBeLessThanOrEqual(scene.platform.limit);
      expect(standing.flatMap(({ text }) => text.match(/word\d+/g) ?? [])).toEqual(words);
      expect(standing.map(({ text }) => text).join('\n')).toContain('const a = 1;');
    });

    it('shows the end of a text that is still being written, and how the work stands', async () => {
      const { sender, place } = scene.platform;
      const lines = Array.from({ length: 2000 }, (_, i) => `line ${i}`);
      await sender.post(place.conversation, sender.renderLive(`\`\`\`ts\n${lines.join('\n')}`, 'Running the tests'), {
        key: key(1),
      });
      const [message] = await scene.platform.standing();
      expect(scene.platform.measure(message!.text)).toBeLessThanOrEqual(scene.platform.limit);
      expect(message!.text).toContain('line 1999');
      expect(message!.text).toContain('Running the tests');
    });

    it('posts a file with every byte of it', async () => {
      const { sender, place } = scene.platform;
      await sender.postFile(place.conversation, sample, { key: key(1) });
      const [message] = await scene.platform.standing();
      expect(message!.file).toMatchObject({ name: sample.name });
      expect(Buffer.from(message!.file!.bytes).equals(sample.bytes)).toBe(true);
    });

    it.each([
      '<script>alert(1)</script> & <b>not bold</b>',
      'a < b && c > d; 50% _of_all_ {braces} [brackets](but no link',
      '@everyone @here <@123> <!channel>',
      '\\*escaped\\* &amp; | ~ # + - = . !',
      '\u202Ereversed\u202C \u{1F468}\u200D\u{1F469} 𝒳',
    ])('shows hostile text literally: %s', async (text) => {
      const { sender, place } = scene.platform;
      await sender.post(place.conversation, sender.render(`\`\`\`\n${text}\n\`\`\``).parts[0]!, {
        key: key(1),
      });
      expect((await scene.platform.standing())[0]!.text).toContain(text);
    });

    it('shows hostile text literally in prose too', async () => {
      const { sender, place } = scene.platform;
      const hostile = 'Hello <script>alert(1)</script> and <img src=x onerror=alert(2)> there';
      await sender.post(place.conversation, sender.render(hostile).parts[0]!, { key: key(1) });
      expect((await scene.platform.standing())[0]!.text).toContain(hostile);
    });

    it('shows that something is being written', async () => {
      const { sender, place } = scene.platform;
      await expect(sender.typing(place.conversation)).resolves.toBeUndefined();
    });
  });
};
