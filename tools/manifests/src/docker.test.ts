import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { fileURLToPath } from 'node:url';
import { agents } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { agentSpec } from '../../../services/runner/src/domain/agents.ts';
import { checkImages } from './checks/images.ts';
import { checkResources } from './checks/resources.ts';
import { checkRestricted } from './checks/restricted.ts';
import { containersOf, readObjects } from './objects.ts';
import { programs } from './programs.ts';

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8');
const json = (path: string): unknown => JSON.parse(read(path));
const Package = z.looseObject({
  devDependencies: z.record(z.string(), z.string()).default({}),
  dependencies: z.record(z.string(), z.string()).default({}),
  scripts: z.record(z.string(), z.string()).default({}),
});
const dockerfiles = ['deploy/docker/service.Dockerfile', 'deploy/docker/runner.Dockerfile'];

describe.each(dockerfiles)('%s', (path) => {
  const text = read(path);
  it('has the Node that the project has, in its exact version', () => {
    const { devDependencies } = Package.parse(json('package.json'));
    expect(text).toContain(`ARG NODE=${devDependencies['node']}-`);
    const bases = [...text.matchAll(/^FROM (\S+)(?: AS (\S+))?/gm)];
    const stages = bases.map(([, , stage]) => stage);
    expect(bases.map(([, base]) => base).filter((base) => base !== 'node:${NODE}' && !stages.includes(base))).toEqual(
      [],
    );
  });
  it('ends as nobody in particular, and installs from the lock file', () => {
    expect(text.slice(text.lastIndexOf('\nFROM '))).toMatch(/^USER 1000:1000$/m);
    expect(text).toMatch(/npm ci .*--ignore-scripts/);
    expect(text).not.toMatch(/ADD |latest|curl [^\n]*\|/);
  });
});

it('the image of sandboxes has every agent, in the version that the runner speaks to', () => {
  const runner = Package.parse(json('services/runner/package.json')).dependencies;
  const text = read('deploy/docker/runner.Dockerfile');
  const missing = agents
    .map((name) => agentSpec(name).install.replace('npm install -g ', ''))
    .filter(Boolean)
    .filter((wanted) => {
      const at = wanted.lastIndexOf('@');
      return !text.includes(wanted) && runner[wanted.slice(0, at)] !== wanted.slice(at + 1);
    });
  expect(missing).toEqual([]);
});

it('no image takes in secrets, data, or what others built', () => {
  const ignored = read('.dockerignore').split('\n');
  for (const path of ['.env*', '.threadbox', 'deploy', '.git', '**/node_modules', '**/dist'])
    expect(ignored).toContain(path);
});

it.each(Object.keys(programs))('%s can be built for its image', (name) => {
  const folder = name === 'provision' ? 'tools/provision' : `services/${name}`;
  expect(Package.parse(json(`${folder}/package.json`)).scripts['build']).toMatch(/^rolldown /);
});

it('the pod that tries the walls is one that may stand among sandboxes, and its script is JavaScript', () => {
  const objects = readObjects(read('deploy/k8s/walls.yaml'));
  for (const check of [checkImages, checkRestricted, checkResources]) expect(check(objects)).toEqual([]);
  const [found] = containersOf(objects);
  const command = z.array(z.string()).parse(found?.container['command']);
  expect(command.slice(0, 2)).toEqual(['node', '-e']);
  expect(() => new Script(command[2] ?? '(')).not.toThrow();
});
