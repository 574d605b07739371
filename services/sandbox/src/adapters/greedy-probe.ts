/** Stands in for the runner in the tests of limits: takes what `greed.txt` says, as much as it can get. */
import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';

const kept: Buffer[] = [];
const deeds: Record<string, () => void> = {
  memory: () => void kept.push(Buffer.alloc(20 * 1024 * 1024, kept.length + 1)),
  processes: () => void spawn('sleep', ['1000'], { stdio: 'ignore' }),
  disk: () => appendFileSync('filler', Buffer.alloc(5 * 1024 * 1024)),
  processor: () => {
    const end = Date.now() + 300;
    while (Date.now() < end);
  },
  nothing: () => undefined,
};

const greed = readFileSync('greed.txt', 'utf8');
setInterval(deeds[greed] ?? deeds['nothing']!, 10);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
