import { readFile, symlink, writeFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { CHUNK_BYTES } from '@threadbox/schemas';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { processesOf, startHarness, TRACE, until } from './runner-harness.ts';

let harness: Awaited<ReturnType<typeof startHarness>>;
beforeAll(async () => {
  harness = await startHarness();
});
afterEach(() => harness.closeSandboxes());
afterAll(() => harness.close());

describe('a runner with the echo agent', () => {
  it('answers, passes the trace on, and acknowledges what it was given', async () => {
    const box = await harness.sandbox('echo');
    box.start();
    await box.say(1, 'hello');
    expect(await box.finished(1)).toMatchObject({ outcome: 'completed', text: 'hello', steps: [], files: [] });
    expect(box.traces).toEqual([TRACE]);
    await until(async () => (await box.open()) === 0);
  });

  it('answers turns in order, one by one', async () => {
    const box = await harness.sandbox('echo');
    for (const turn of [1, 2, 3]) await box.say(turn, `word ${turn}`);
    box.start();
    await box.finished(3);
    expect(box.all('turn-finished').map(({ data }) => data.text)).toEqual(['word 1', 'word 2', 'word 3']);
  });

  it('keeps the answers of a runner that was killed, and gives none twice', async () => {
    const box = await harness.sandbox('echo');
    box.start();
    await box.say(1, 'one');
    await box.finished(1);
    await box.kill('SIGKILL');
    await box.say(2, 'two');
    box.start();
    expect(await box.finished(2)).toMatchObject({ outcome: 'completed', text: 'two' });
    await until(async () => (await box.open()) === 0);
    expect(box.all('turn-finished').map(({ data }) => data.turn)).toEqual([1, 2]);
  });

  it('ends a turn as cancelled that was cancelled before it began', async () => {
    const box = await harness.sandbox('echo');
    await box.cancel(1);
    await box.say(1, 'never said');
    box.start();
    expect(await box.finished(1)).toMatchObject({ outcome: 'cancelled', text: '' });
  });

  it('puts files into the inbox, whatever their names, and tells the agent', async () => {
    const box = await harness.sandbox('echo');
    const bytes = Buffer.alloc(CHUNK_BYTES + 10, 'x');
    const pieces = [bytes.subarray(0, CHUNK_BYTES), bytes.subarray(CHUNK_BYTES)].map((piece) =>
      piece.toString('base64'),
    );
    const [big, evil] = [randomUUID(), randomUUID()];
    const chunk = (file: string, name: string, index: number, total: number, data: string) =>
      box.give(
        { type: 'file-chunk', data: { file, name, mediaType: 'text/plain', index, total, bytes: data } },
        `${file}${index}`,
      );
    await chunk(big, 'a.txt', 1, 2, pieces[1]!);
    await chunk(big, 'a.txt', 0, 2, pieces[0]!);
    await chunk(evil, '../../../a.txt', 0, 1, Buffer.from('small').toString('base64'));
    box.start();
    await box.say(1, 'look', {
      files: [
        { file: big, name: 'a.txt', mediaType: 'text/plain' },
        { file: evil, name: '../../../a.txt', mediaType: 'text/plain' },
      ],
    });
    await box.finished(1);
    expect(await readdir(join(box.workspace, 'inbox'))).toEqual(['_.._.._a.txt', 'a.txt']);
    expect(await readFile(join(box.workspace, 'inbox', 'a.txt'))).toEqual(bytes);
    expect(await readFile(join(box.workspace, 'inbox', '_.._.._a.txt'), 'utf8')).toBe('small');
    await until(async () => (await box.open()) === 0);
  });

  it('sends what lies in the outbox, but nothing that a link leads to', async () => {
    const box = await harness.sandbox('echo');
    const outbox = join(box.workspace, 'outbox');
    await mkdir(join(outbox, 'deep'), { recursive: true });
    await writeFile(join(outbox, 'plan.md'), '# plan');
    await writeFile(join(outbox, 'deep', 'data.bin'), Buffer.alloc(CHUNK_BYTES + 1));
    await symlink('/etc/passwd', join(outbox, 'passwd'));
    await symlink('/etc', join(outbox, 'etc'));
    box.start();
    await box.say(1, 'send');
    const { files } = await box.finished(1);
    expect(files).toMatchObject([
      { name: 'data.bin', mediaType: 'application/octet-stream' },
      { name: 'plan.md', mediaType: 'text/markdown' },
    ]);
    const pieces = box.all('file-chunk').map(({ data }) => [data.name, data.index, data.total]);
    expect(pieces).toEqual([
      ['data.bin', 0, 2],
      ['data.bin', 1, 2],
      ['plan.md', 0, 1],
    ]);
    await until(async () => (await readdir(join(outbox, 'sent'))).length === 2);
    await box.say(2, 'again');
    expect((await box.finished(2)).files).toEqual([]);
  });

  it('passes over what is no message, and serves the next', async () => {
    const box = await harness.sandbox('echo');
    box.start();
    await box.give({ type: 'turn-given', data: { turn: 0, text: '', author: '', files: [] } }, 0);
    await box.say(1, 'still here');
    expect(await box.finished(1)).toMatchObject({ text: 'still here' });
    await until(async () => (await box.open()) === 0);
  });

  it('lives through an absence of NATS', async () => {
    const box = await harness.sandbox('echo');
    box.start();
    await box.say(1, 'before');
    await box.finished(1);
    await harness.nats.restart();
    await until(() =>
      box.say(2, 'after').then(
        () => true,
        () => undefined,
      ),
    );
    expect(await box.finished(2)).toMatchObject({ text: 'after' });
  });

  it('goes at once when it is asked to, and takes its agent along', async () => {
    const box = await harness.sandbox('echo');
    box.start();
    await box.say(1, 'hello');
    await box.finished(1);
    expect(await box.kill('SIGTERM')).toBe(0);
    expect(await processesOf(box.folder)).toEqual([]);
  });

  it('names every setting that is missing', async () => {
    const box = await harness.sandbox('echo');
    const child = box.start({ SANDBOX_ID: '', AGENT: 'nobody', MODEL_URL: '' });
    await until(() => child.exitCode ?? undefined);
    expect(child.exitCode).toBe(78);
    await until(() => box.log().includes('MODEL_URL: is missing'));
    expect(box.log()).toMatch(/SANDBOX_ID: is missing[\s\S]*AGENT: /);
  });

  it('says how to install an agent that is not there', async () => {
    const box = await harness.sandbox('goose', { path: '/nowhere' });
    box.start();
    await box.say(1, 'hello');
    expect(await box.finished(1)).toMatchObject({
      outcome: 'failed',
      error: expect.stringMatching(/Goose is not installed here.*npm install -g @aaif\/goose-acp/),
    });
  });

  it('says so when it cannot write its journal, and goes on living', async () => {
    const box = await harness.sandbox('echo');
    await writeFile(join(box.home, '.threadbox'), 'a file where a folder should be');
    box.start();
    await box.say(1, 'hello');
    expect(await box.finished(1)).toMatchObject({
      outcome: 'failed',
      error: expect.stringContaining('cannot be written'),
    });
    await box.say(2, 'hello again');
    expect(await box.finished(2)).toMatchObject({ outcome: 'failed' });
  });
});
