import { z } from 'zod';
import type { Container, KubeObject } from './objects.ts';

/** What a ConfigMap holds; undefined where there is none of this name. */
export const configMap = (
  objects: readonly KubeObject[],
  namespace: string,
  name: string,
): Record<string, string> | undefined => {
  const found = objects.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.namespace === namespace && metadata.name === name,
  );
  return found && z.record(z.string(), z.string()).default({}).parse(found['data']);
};

/**
 * A container's environment as the kubelet makes it, a pod's name being `<workload>-0`. Throws where a ConfigMap is not there.
 */
export const environmentOf = (
  objects: readonly KubeObject[],
  workload: { namespace: string; object: KubeObject },
  container: Container,
): Record<string, string> => {
  const env: Record<string, string> = {};
  for (const { configMapRef } of container.envFrom) {
    if (configMapRef === undefined) throw new TypeError('an environment comes from ConfigMaps only; secrets are files');
    const values = configMap(objects, workload.namespace, configMapRef.name);
    if (values === undefined) throw new TypeError(`there is no ConfigMap ${configMapRef.name}`);
    Object.assign(env, values);
  }
  for (const { name, value, valueFrom } of container.env) {
    if (value !== undefined) env[name] = value;
    else if (JSON.stringify(valueFrom).includes('"fieldPath":"metadata.name"'))
      env[name] = `${workload.object.metadata.name}-0`;
    else throw new TypeError(`${name} comes from somewhere that we do not know`);
  }
  return env;
};
