/** What every platform promises about its faults, as far as it can have them: part of `platformContract`. */
import { expect, it } from 'vitest';
import { RateLimited, Refused, Uncertain } from '../errors.ts';
import { key, partOf, sample, type Scene } from './contract-scene.ts';
import type { Lacks } from './lacks.ts';
import type { Fault } from './platform-harness.ts';

/** What was thrown, or what came back. */
const outcomeOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

const rateLimit = (scene: Scene, lacks: Lacks): void => {
  it('tells how long the platform asks to wait', async () => {
    const { platform } = scene;
    const { sender, place } = platform;
    const id = await sender.post(place.conversation, partOf(scene, 'a'), { key: key(1) });
    await platform.fail({ kind: 'rate-limit', retryAfter: 7000 });
    const posted = await outcomeOf(sender.post(place.conversation, partOf(scene, 'b'), { key: key(2) }));
    expect(posted).toBeInstanceOf(RateLimited);
    expect(posted).toMatchObject({ retryAfter: 7000 });
    if (lacks.includes('edit')) return;
    await platform.fail({ kind: 'rate-limit', retryAfter: 3000 });
    const edited = await outcomeOf(sender.edit(place.conversation, id, partOf(scene, 'c'), {}));
    expect(edited).toBeInstanceOf(RateLimited);
    expect(edited).toMatchObject({ retryAfter: 3000 });
    expect(await platform.standing()).toMatchObject([{ id, text: 'a' }]);
  });
};

const serverError = (scene: Scene): void => {
  it('fails for now, and can be asked again, while the platform is broken for a moment', async () => {
    const { platform } = scene;
    const { sender, place } = platform;
    await platform.fail({ kind: 'server-error' });
    const failed = await outcomeOf(sender.post(place.conversation, partOf(scene, 'a'), { key: key(1) }));
    expect(failed).toBeInstanceOf(Error);
    for (const kind of [Refused, RateLimited, Uncertain]) expect(failed).not.toBeInstanceOf(kind);
    await sender.post(place.conversation, partOf(scene, 'a'), { key: key(1) });
    expect(await platform.standing()).toHaveLength(1);
  });
};

const lostAnswer = (scene: Scene, lacks: Lacks): void => {
  it('never posts twice when the answer is lost: it says that it cannot know, or the post can be repeated', async () => {
    const { platform } = scene;
    const { sender, place } = platform;
    const post = (retry: boolean): Promise<unknown> =>
      outcomeOf(sender.post(place.conversation, partOf(scene, 'a'), { key: key(1), retry }));
    await platform.fail({ kind: 'lost-answer' });
    const lost = await post(false);
    const { idempotentPost } = sender.capabilities;
    expect(idempotentPost || lost instanceof Uncertain).toBe(true);
    if (idempotentPost) await post(true);
    expect(await platform.standing()).toHaveLength(1);
  });

  if (!lacks.includes('edit'))
    it('can repeat an edit whose answer was lost', async () => {
      const { platform } = scene;
      const { sender, place } = platform;
      const id = await sender.post(place.conversation, partOf(scene, 'a'), { key: key(1) });
      await platform.fail({ kind: 'lost-answer' });
      const lost = await outcomeOf(sender.edit(place.conversation, id, partOf(scene, 'b'), {}));
      expect(lost).not.toBeInstanceOf(Uncertain);
      await sender.edit(place.conversation, id, partOf(scene, 'b'), {});
      expect(await platform.standing()).toMatchObject([{ id, text: 'b' }]);
    });
};

const gone = (scene: Scene, lacks: Lacks): void => {
  it('says so once the bot can no longer write there', async () => {
    const { platform } = scene;
    const { sender, place } = platform;
    const id = await sender.post(place.conversation, partOf(scene, 'a'), { key: key(1) });
    await platform.fail({ kind: 'gone' });
    const { conversation } = place;
    await expect(sender.post(conversation, partOf(scene, 'b'), { key: key(2) })).rejects.toBeInstanceOf(Refused);
    if (!lacks.includes('edit'))
      await expect(sender.edit(conversation, id, partOf(scene, 'b'), {})).rejects.toBeInstanceOf(Refused);
    await expect(sender.postFile(conversation, sample, { key: key(3) })).rejects.toBeInstanceOf(Refused);
  });

  if (!lacks.includes('edit'))
    it('says so when the message to edit is not there', async () => {
      const { sender, place } = scene.platform;
      const edited = sender.edit(
        place.conversation,
        scene.platform.unknownMessage ?? '999999999',
        partOf(scene, 'b'),
        {},
      );
      await expect(edited).rejects.toBeInstanceOf(Refused);
    });

  it('never fails at showing that something is being written', async () => {
    const { platform } = scene;
    await platform.fail({ kind: 'gone' });
    await expect(platform.sender.typing(platform.place.conversation)).resolves.toBeUndefined();
  });
};

/** The tests of each fault. */
export const faultContracts: Readonly<Record<Fault['kind'], (scene: Scene, lacks: Lacks) => void>> = {
  'rate-limit': rateLimit,
  'server-error': serverError,
  'lost-answer': lostAnswer,
  gone,
};
