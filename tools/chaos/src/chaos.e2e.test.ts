/** A short sweep: the points at which something was lost, doubled or out of order once, or would be first. `npm run chaos` visits all. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Blow, Victim } from './plan.ts';
import { createPlay } from './play.ts';
import { points, type ProcessName, type SceneName } from './points.ts';
import { readModelComplaints } from './read-models.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
let play: ReturnType<typeof createPlay>;
let round = 0;
beforeAll(async () => {
  stage = await openStage();
  play = createPlay(stage, 1);
});
afterAll(() => stage.stop());

const at = (
  process: ProcessName,
  point: string,
  { victims = [process], signal = 'SIGKILL' }: { victims?: readonly Victim[]; signal?: Blow['signal'] } = {},
): Blow => {
  const known = points.find((one) => one.process === process && one.point === point);
  if (!known) throw new TypeError(`${process} has no point “${point}”`);
  return { moment: { kind: 'point', process, point: known.point, nth: 1, delay: 0 }, victims, signal, outage: 100 };
};

describe('nothing is lost, doubled or out of order', () => {
  it.each<[string, SceneName, Blow]>([
    ['gateway dies before a message is stored', 'talk', at('gateway', 'before publish message-received')],
    ['session dies once it has decided', 'talk', at('session', 'after commit session')],
    ['the runner dies once it has answered', 'talk', at('runner', 'after publish turn-finished')],
    ['relay dies once it has posted', 'talk', at('relay', 'after platform post')],
    ['relay is drained while it posts', 'talk', at('relay', 'before platform post', { signal: 'SIGTERM' })],
    ['auth dies once it has let somebody in', 'roster', at('auth', 'after commit workspace')],
    ['NATS dies with an answer on its way', 'talk', at('relay', 'after record posted', { victims: ['nats', 'relay'] })],
  ])('though %s', async (_, scene, blow) => {
    round += 1;
    const { complaints, fell } = await play({ round, scene, blows: [blow] });
    expect(complaints).toEqual([]);
    expect(fell).toEqual([true]);
  });

  it('and the read models are what the log says', async () => {
    expect(await readModelComplaints(stage.postgres.url, stage.admin)).toEqual([]);
  });
});
