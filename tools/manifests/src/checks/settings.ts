import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '@threadbox/chassis';
import { z } from 'zod';
import { environmentOf } from '../config-maps.ts';
import { containersOf, type KubeObject, type Workload } from '../objects.ts';
import { programs } from '../programs.ts';

const OURS = /^(?:.*\/)?threadbox\/([a-z]+)[:@]/;
const Volume = z.looseObject({ secret: z.looseObject({ secretName: z.string() }).optional() });

/** Where the files of a mounted Secret are on this machine. */
const mountsOf = (workload: Workload, mounts: ReadonlyArray<{ name: string; mountPath: string }>, secrets: string) =>
  mounts.flatMap(({ name, mountPath }) => {
    const secret = Volume.optional().parse(workload.pod.volumes.find((volume) => volume.name === name))?.secret;
    return secret === undefined ? [] : [{ mountPath, folder: join(secrets, secret.secretName) }];
  });

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * What each of our programs is given is what it has a setting for, and is enough: its settings are read as the program itself
 * reads them, from this environment and from the secrets that `threadbox secrets` wrote to a folder.
 */
export const checkSettings = (objects: readonly KubeObject[], secrets: string): string[] =>
  containersOf(objects).flatMap(({ name, workload, container }) => {
    const image = OURS.exec(container.image)?.[1];
    if (image === undefined) return [];
    const program = programs[image];
    if (program === undefined) return [`${name}: nobody knows the program ${image}`];
    const problems: string[] = [];
    const known = new Set([...Object.keys(program.settings.shape), 'SECRETS_DIR']);
    const mounts = mountsOf(workload, container.volumeMounts, secrets);
    const env: Record<string, string> = {};
    for (const [variable, value] of Object.entries(environmentOf(objects, workload, container))) {
      if (!known.has(variable)) problems.push(`${name}: has no setting ${variable}`);
      const mount = mounts.find(({ mountPath }) => value === mountPath || value.startsWith(`${mountPath}/`));
      const here = mount ? value.replace(mount.mountPath, mount.folder) : value;
      if (mount && !existsSync(here)) problems.push(`${name}: ${variable} names a file that no secret has`);
      env[variable] = here;
    }
    try {
      loadConfig(program.settings, env);
      program.switchOn?.(env);
    } catch (error) {
      problems.push(`${name}: ${reasonOf(error)}`);
    }
    return problems;
  });
