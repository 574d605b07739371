/** Stands in for the runner in the driver contract: shows what a sandbox is given, and tries to leave something behind. */
import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';

writeFileSync('env.json', JSON.stringify(process.env));
writeFileSync('creds.txt', readFileSync(process.env['NATS_CREDS'] ?? ''));
spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }).unref();
appendFileSync('starts', 'x');
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
