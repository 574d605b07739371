import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalogue } from '@threadbox/metrics';
import { findPrometheus, run, type Prometheus } from '@threadbox/tool-infrastructure';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Dashboard, filledIn, overlapsOf, queriesOf } from './observability/dashboard.ts';
import { problemsOf } from './observability/known-metrics.ts';
import { metricsDocument } from './observability/metrics-document.ts';
import { readRules } from './observability/rules.ts';

const file = (path: string): string => fileURLToPath(new URL(`../../../deploy/${path}`, import.meta.url));
const read = (path: string): string => readFileSync(file(path), 'utf8');

const rules = readRules(read('observability/alerts.yaml'));
const alerts = rules.groups.flatMap((group) => group.rules);
const dashboard = Dashboard.parse(JSON.parse(read('observability/dashboard.json')));
const runbook = read('RUNBOOK.md');
/** Headings by the name that a link has for them. */
const anchors = [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-'),
);

let work: string;
let programs: Prometheus;
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'threadbox-rules-'));
  // Without promtool nothing can be checked: that is a failure, not a reason to skip.
  programs = await findPrometheus({ home: work, progress: (line) => console.log(line) });
}, 120_000);
afterAll(() => rmSync(work, { recursive: true }));

describe('metrics', () => {
  it('stand in METRICS.md as in the catalogue: npm run generate', () =>
    expect(read('METRICS.md')).toBe(metricsDocument()));
  it('have names and labels as Prometheus wants them', () => {
    for (const [name, { kind, labels }] of Object.entries(catalogue)) {
      expect([name, name.endsWith('_total')]).toEqual([name, kind === 'counter']);
      expect([name, kind === 'histogram' && !name.endsWith('_seconds')]).toEqual([name, false]);
      expect(labels.filter((label) => !/^[a-z_]+$/.test(label))).toEqual([]);
    }
  });
  it('that somebody names, there are', () => {
    expect(queriesOf(dashboard).flatMap(({ expr }) => problemsOf(expr, { isQuery: true }))).toEqual([]);
    expect(alerts.flatMap(({ expr }) => problemsOf(expr, { isQuery: true }))).toEqual([]);
    expect(problemsOf(runbook, { isQuery: false })).toEqual([]);
  });
  it('are found out where there are none', () => {
    expect(problemsOf('rate(threadbox_turn_total[5m])', { isQuery: true })).toHaveLength(1);
    expect(problemsOf('threadbox_turns_total{result="failed"}', { isQuery: true })).toHaveLength(1);
    expect(problemsOf('rate(threadbox_turn_seconds[5m])', { isQuery: true })).toHaveLength(1);
    expect(problemsOf('rate(threadbox_turn_seconds_count{outcome="failed"}[5m])', { isQuery: true })).toEqual([]);
  });
  it('all stand on the dashboard', () => {
    const shown = queriesOf(dashboard)
      .map(({ expr }) => expr)
      .join(' ');
    expect(Object.keys(catalogue).filter((name) => !shown.includes(name))).toEqual([]);
  });
});

describe('alerts', () => {
  it('are as promtool wants them, and raised when they should be and at no other time', async () => {
    const promtool = (...args: string[]): Promise<string> => run(programs.promtool, args);
    expect(await promtool('check', 'rules', file('observability/alerts.yaml'))).toContain('SUCCESS');
    expect(await promtool('check', 'config', file('observability/prometheus.yml'))).toContain('SUCCESS');
    expect(await promtool('test', 'rules', file('observability/alerts.test.yaml'))).toContain('SUCCESS');
  });
  it('would be found out if one were not', async () => {
    const broken = read('observability/alerts.yaml').replaceAll('threadbox_dead_letters', 'threadbox_lost_letters');
    writeFileSync(join(work, 'alerts.yaml'), broken);
    writeFileSync(join(work, 'alerts.test.yaml'), read('observability/alerts.test.yaml'));
    await expect(run(programs.promtool, ['test', 'rules', join(work, 'alerts.test.yaml')])).rejects.toThrow(/failed/);
  });
  it('all have a case that raises them', () => {
    const cases = read('observability/alerts.test.yaml');
    expect(alerts.filter(({ alert }) => !cases.includes(`alertname="${alert}"`))).toEqual([]);
  });
  it('all have their section in the runbook, and there is none for an alert that is not', () => {
    expect(alerts.map(({ annotations }) => annotations.runbook_url)).toEqual(
      alerts.map(({ alert }) => `deploy/RUNBOOK.md#${alert.toLowerCase()}`),
    );
    expect(anchors.filter((anchor) => anchor.startsWith('threadbox')).toSorted()).toEqual(
      alerts.map(({ alert }) => alert.toLowerCase()).toSorted(),
    );
  });
  it('are the same for the Prometheus operator: npm run generate', () =>
    expect(parse(read('k8s/components/prometheus-operator/rules.yaml')).spec).toEqual(rules));
});

describe('the runbook', () => {
  it('leads somewhere with each of its links', () => {
    const links = [...runbook.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(links.filter((anchor) => !anchors.includes(anchor ?? ''))).toEqual([]);
  });
  it('asks Prometheus in words that it understands', async () => {
    const queries = [...runbook.matchAll(/```promql\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
      block.trim().split('\n'),
    );
    expect(queries.length).toBeGreaterThan(5);
    expect(await checkQueries(queries)).toContain('SUCCESS');
  });
});

describe('the dashboard', () => {
  it('asks in words that Prometheus understands', async () =>
    expect(await checkQueries(queriesOf(dashboard).map(({ expr }) => filledIn(expr)))).toContain('SUCCESS'));
  it('has every panel once and in its own place', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(overlapsOf(dashboard)).toEqual([]);
  });
  it('goes with any data source', () =>
    expect(dashboard.templating.list).toEqual([expect.objectContaining({ name: 'datasource', type: 'datasource' })]));
});

/** Queries are checked as recording rules: promtool has no other word for that. */
function checkQueries(queries: readonly string[]): Promise<string> {
  const list = queries.map((expr, i) => ({ record: `query:${i}`, expr }));
  const path = join(work, 'queries.yaml');
  writeFileSync(path, JSON.stringify({ groups: [{ name: 'queries', rules: list }] }));
  return run(programs.promtool, ['check', 'rules', path]);
}
