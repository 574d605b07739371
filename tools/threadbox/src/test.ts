import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

/** How one part of the run ended. */
type Result = { name: string; passed: number; failed: number; skipped: number; notes: string[] };

const PROJECTS = ['unit', 'int', 'e2e'];

const run = (root: string, program: string, args: string[]): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(join(root, 'node_modules', '.bin', program), args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });

const output = (root: string, program: string, args: string[]): Promise<string> =>
  new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.once('error', () => resolve(''));
    child.once('exit', () => resolve(text));
  });

type Report = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  success: boolean;
  testResults: Array<{
    name: string;
    status: string;
    message?: string;
    assertionResults: Array<{ fullName: string; status: string }>;
  }>;
};

const vitest = async (root: string, project: string, folder: string): Promise<Result> => {
  const file = join(folder, `${project}.json`);
  const code = await run(root, 'vitest', [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  const report = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as Report,
    () => undefined,
  );
  if (!report) return { name: project, passed: 0, failed: 1, skipped: 0, notes: [`${project} did not run`] };
  const skipped = report.testResults.flatMap((suite) =>
    suite.assertionResults
      .filter(({ status }) => status === 'skipped' || status === 'pending')
      .map(({ fullName }) => `skipped: ${fullName}`),
  );
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((one) => one.status !== 'failed'),
  );
  // An error outside of any test fails the run, too.
  const failed = report.numFailedTests + broken.length || (code === 0 ? 0 : 1);
  return { name: project, passed: report.numPassedTests, failed, skipped: report.numPendingTests, notes: skipped };
};

const check = async (root: string, name: string, program: string, args: string[]): Promise<Result> => {
  console.log(`\n── ${name}`);
  const code = await run(root, program, args);
  return {
    name,
    passed: code === 0 ? 1 : 0,
    failed: code === 0 ? 0 : 1,
    skipped: 0,
    notes: code === 0 ? [] : [`${name} failed`],
  };
};

/** What a run may leave behind: nothing. */
const leftovers = async (root: string): Promise<{ files: string; processes: string }> => ({
  files: await output(root, 'git', ['status', '--porcelain', '--untracked-files=all']),
  processes: (await output(root, 'ps', ['-eo', 'pid,args']))
    .split('\n')
    .filter((line) => /threadbox-(nats|postgres|e2e|sandboxes|home)-/.test(line) && !/ ps /.test(line))
    .join('\n'),
});

/**
 * `threadbox test`, which is `npm test`: the committed documents, types, lint, then every test. Ends with one line that
 * counts everything, and fails where anything failed or something was left behind.
 */
export const test = async ({ root, projects }: { root: string; projects: readonly string[] }): Promise<number> => {
  const startedAt = Date.now();
  const chosen = projects.length > 0 ? projects : PROJECTS;
  const unknown = chosen.find((project) => !PROJECTS.includes(project));
  if (unknown !== undefined) throw new Error(`there is no test project “${unknown}”: ${PROJECTS.join(', ')}`);
  const folder = await mkdtemp(join(tmpdir(), 'threadbox-test-'));
  const before = await leftovers(root);
  const results: Result[] = [];
  if (projects.length === 0) {
    results.push(await check(root, 'generated documents', 'node', ['schemas/generate.ts', '--check']));
    results.push(
      await check(root, 'types', 'nx', [
        'run-many',
        '-t',
        'typecheck',
        `--parallel=${availableParallelism()}`,
        '--outputStyle=static',
      ]),
    );
    results.push(await check(root, 'lint', 'oxlint', []));
    results.push(await check(root, 'format', 'oxfmt', ['--check', '.']));
    results.push(await check(root, 'unused code', 'knip', ['--no-progress']));
  }
  for (const project of chosen) {
    console.log(`\n── ${project} tests`);
    results.push(await vitest(root, project, folder));
  }
  await rm(folder, { recursive: true });

  const after = await leftovers(root);
  const left = [
    ...(after.files === before.files ? [] : [`files were left behind or changed:\n${after.files}`]),
    ...(after.processes === before.processes ? [] : [`processes were left behind:\n${after.processes}`]),
  ];
  results.push({ name: 'leftovers', passed: left.length === 0 ? 1 : 0, failed: left.length, skipped: 0, notes: left });

  const sum = (key: 'passed' | 'failed' | 'skipped'): number =>
    results.reduce((total, result) => total + result[key], 0);
  console.log('');
  for (const { name, passed, failed, skipped } of results) {
    console.log(`${failed > 0 ? '✗' : '✓'} ${name.padEnd(20)} ${passed} passed, ${failed} failed, ${skipped} skipped`);
  }
  for (const note of results.flatMap(({ notes }) => notes)) console.log(`! ${note}`);
  console.log(`\ntook ${Math.round((Date.now() - startedAt) / 1000)} s`);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
  return sum('failed') > 0 ? 1 : 0;
};
