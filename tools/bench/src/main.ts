/**
 * `npm run bench`: how fast Threadbox is, measured from outside: the whole system with every service as a process of its own. Prints tables and
 * which targets are met, keeps the figures as JSON, compares them with another run's, and draws them. It is a measurement, not a test:
 * nothing fails by being slow.
 */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { draw } from './draw.ts';
import { compare, tablesOf, verdicts, type Report } from './report.ts';
import { suites } from './suites.ts';

const HELP = `npm run bench -- [suite …] [--quick] [--json FILE] [--compare FILE] [--svg FILE]

${Object.entries(suites)
  .map(([name, { title, about }]) => `  ${name.padEnd(16)} ${title}: ${about}`)
  .join('\n')}

  --quick         a tenth of everything: a look, not a figure to keep
  --json FILE     keep the figures
  --compare FILE  beside what another run kept
  --svg FILE      draw them

Without a suite: all of them, which takes about a quarter of an hour. Nothing else should run on the machine meanwhile.`;

const read = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        json: { type: 'string' },
        compare: { type: 'string' },
        svg: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exit(2);
  }
};

const commit = (): string => {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return 'unknown';
  }
};

const { values, positionals } = read();
const unknown = positionals.filter((name) => !Object.hasOwn(suites, name));
if (values.help || unknown.length > 0) {
  for (const name of unknown) console.error(`there is no suite ${name}\n`);
  console.log(HELP);
  process.exit(unknown.length > 0 ? 2 : 0);
}
const before =
  values.compare === undefined ? undefined : (JSON.parse(await readFile(values.compare, 'utf8')) as Report);

const scale = values.quick ? 0.1 : 1;
const report: Report = {
  at: new Date().toISOString(),
  commit: commit(),
  machine: { cores: cpus().length, cpu: cpus()[0]?.model ?? '', node: process.version },
  scale,
  suites: {},
};
for (const name of positionals.length > 0 ? positionals : Object.keys(suites)) {
  const suite = suites[name]!;
  console.log(`\n${suite.title}: ${suite.about} …`);
  report.suites[name] = await suite.run({ scale });
  for (const table of tablesOf(report.suites[name])) console.table(table);
  // Kept as it grows: what was measured is not lost to what comes after it.
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
}

const { cores, cpu, node } = report.machine;
console.log(`\n${report.commit} on ${cores} × ${cpu}, Node ${node}${values.quick ? '; a quick look' : ''}\n`);
const found = verdicts(suites, report);
if (found.length > 0) console.table(found);
if (before) {
  console.log(`\nbeside ${before.commit} of ${before.at}\n`);
  console.table(compare(before, report));
}
if (values.svg !== undefined) await writeFile(values.svg, draw(suites, report));
process.exit();
