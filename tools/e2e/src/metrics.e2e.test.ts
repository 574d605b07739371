/** What operators see: a whole Threadbox, some messages, and a real Prometheus that scrapes it and has our alerts. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalogue, type Metric } from '@threadbox/metrics';
import { connectBus } from '@threadbox/messaging';
import { chatSubject } from '@threadbox/schemas';
import { findPrometheus, freePort, startChild, type Child } from '@threadbox/tool-infrastructure';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openStage, type Stage } from './stage.ts';
import { webClient } from './web-client.ts';

const SERVICES = ['gateway', 'auth', 'session', 'sandbox', 'relay', 'egress'] as const;
const deploy = (path: string): string =>
  fileURLToPath(new URL(`../../../deploy/observability/${path}`, import.meta.url));
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 200 });

let work: string;
let stage: Stage;
let prometheus: Child;
let prometheusUrl: string;

/** Prometheus' answer to a query: series. */
type Series = { metric: Record<string, string>; value: [number, string] };
const ask = async <Data>(path: string, query: Record<string, string> = {}): Promise<Data> => {
  const response = await fetch(`${prometheusUrl}/api/v1/${path}?${new URLSearchParams(query).toString()}`);
  const body = (await response.json()) as { status: string; error?: string; data: Data };
  if (body.status !== 'success') throw new Error(`${query['query'] ?? path}: ${body.error}`);
  return body.data;
};
const series = async (query: string): Promise<Series[]> => (await ask<{ result: Series[] }>('query', { query })).result;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'threadbox-prometheus-'));
  const programs = await findPrometheus({ home: work, progress: (line) => console.log(line) });
  stage = await openStage();
  const port = await freePort();
  prometheusUrl = `http://127.0.0.1:${port}`;
  // The file that people use, but faster, and with this home.
  const config = (await readFile(deploy('prometheus.yml'), 'utf8'))
    .replaceAll('15s', '1s')
    .replace('../../.threadbox', stage.home)
    .replace('[alerts.yaml]', `['${deploy('alerts.yaml')}']`);
  await writeFile(join(work, 'prometheus.yml'), config);
  prometheus = await startChild(programs.prometheus, [
    `--config.file=${join(work, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(work, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  await until(async () => expect((await fetch(`${prometheusUrl}/-/ready`)).status).toBe(200));
});
afterAll(async () => {
  await prometheus?.stop();
  await stage?.stop();
  await rm(work, { recursive: true, force: true });
});

/** The metrics that a service tells: name, kind, and the labels of each sample. */
const scrape = async (service: string) => {
  const text = await (await fetch(stage.box.metricsUrl(service))).text();
  const kinds = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', kind = '']) => [name, kind]));
  const samples = [...text.matchAll(/^([a-z0-9_]+)(?:\{(.*)\})? \S+$/gm)].map(([, name = '', labels = '']) => ({
    name: kinds.has(name) ? name : name.replace(/_(bucket|sum|count)$/, ''),
    labels: [...labels.matchAll(/([a-z_]+)="/g)].map(([, label = '']) => label),
  }));
  return { kinds, samples };
};

it('tells every metric that there is after a few messages, as the catalogue has it, and no other', async () => {
  const ana = webClient(() => stage.box, 'measured');
  await ana.say('hello');
  await until(() => expect(ana.messages().at(-1)?.buttons).toHaveLength(2));
  await ana.press('Yes');
  await until(() => expect(ana.answers().at(-1)?.text).toContain('rehearsal'));
  // What was said before there was an owner took as long as the owner did: only what comes after is timed.
  await ana.say('hello again');
  await until(() => expect(ana.answers()).toHaveLength(2));

  // A turn that asks something runs until it is answered, and the next one waits.
  const turns = async (of: 'running' | 'waiting'): Promise<string | undefined> =>
    new RegExp(`^threadbox_turns_${of}\\{.*\\} (\\d+)$`, 'm').exec(
      await (await fetch(stage.box.metricsUrl('session'))).text(),
    )?.[1];
  await ana.say('write measured.txt: once');
  await until(() => expect(ana.messages().some(({ buttons }) => buttons.length === 4)).toBe(true));
  await ana.say('and then?');
  await until(async () => expect([await turns('running'), await turns('waiting')]).toEqual(['1', '1']));
  await ana.press('Allow once');
  await until(async () => expect([await turns('running'), await turns('waiting')]).toEqual(['0', '0']));
  ana.close();

  await until(async () => {
    const told = new Set<string>();
    for (const service of SERVICES) {
      const { kinds, samples } = await scrape(service);
      for (const [name, kind] of kinds) {
        if (name === 'target_info') continue;
        const metric: Metric | undefined = (catalogue as Record<string, Metric>)[name];
        expect([service, name, metric?.kind]).toEqual([service, name, kind]);
        expect([service, name, metric?.of === 'all' || metric?.of.includes(service)]).toEqual([service, name, true]);
        told.add(`${service} ${name}`);
      }
      for (const { name, labels } of samples) {
        if (name === 'target_info') continue;
        const own = labels.filter((label) => label !== 'service_name' && label !== 'le');
        expect([name, own.toSorted()]).toEqual([
          name,
          [...(catalogue as Record<string, Metric>)[name]!.labels].toSorted(),
        ]);
        expect(labels).toContain('service_name');
      }
    }
    const missing = Object.entries<Metric>(catalogue).flatMap(([name, { of }]) =>
      (of === 'all' ? SERVICES : of).map((service) => `${service} ${name}`).filter((each) => !told.has(each)),
    );
    expect(missing).toEqual([]);
  });
});

it('has samples in Prometheus, and raises no alert while all is well', async () => {
  await until(async () => expect(await series('up == 1')).toHaveLength(SERVICES.length));
  await until(async () => {
    const [answered] = await series('sum(threadbox_message_answered_seconds_count)');
    expect(Number(answered?.value[1])).toBeGreaterThan(0);
  });
  type Rule = { name: string; health: string; state: string; lastError?: string };
  const { groups } = await ask<{ groups: Array<{ rules: Rule[] }> }>('rules');
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.length).toBeGreaterThan(20);
  await until(async () => {
    const { groups: now } = await ask<{ groups: Array<{ rules: Rule[] }> }>('rules');
    expect(now.flatMap((group) => group.rules).filter(({ health }) => health !== 'ok')).toEqual([]);
  });
  expect(await series('ALERTS{alertstate="firing"}')).toEqual([]);
});

it('answers every question of the dashboard', async () => {
  const { panels } = JSON.parse(await readFile(deploy('dashboard.json'), 'utf8')) as {
    panels: Array<{ title: string; targets?: Array<{ expr: string }> }>;
  };
  /** Nothing of this kind happened here: the answer is empty, as it should be. */
  const quiet = ['Again and aside', 'Connections to NATS, holders of leases', 'Read models: applied and left out'];
  const silent: string[] = [];
  await until(async () => {
    silent.length = 0;
    for (const { title, targets = [] } of panels) {
      const answers = await Promise.all(
        targets.map(({ expr }) => series(expr.replaceAll('$__rate_interval', '30s').replaceAll('$__range', '5m'))),
      );
      const isEmpty = quiet.includes(title) ? false : answers.some((answer) => answer.length === 0);
      if (isEmpty) silent.push(title);
    }
    expect(silent).toEqual([]);
  });
});

it('raises an alert for what stands aside', async () => {
  const bus = await connectBus({ url: stage.box.natsUrl, name: 'admin', creds: stage.box.creds('admin') });
  await bus.js.publish(chatSubject('inbound', 'web:host~poison'), '{"type":"poison"}');
  await bus.close();
  await until(async () => {
    const [raised] = await series('ALERTS{alertname="ThreadboxDeadLetters"}');
    expect(raised?.metric).toMatchObject({ reader: 'auth-inbound', severity: 'warning' });
  });
});
