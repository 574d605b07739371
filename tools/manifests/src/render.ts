import { run } from '@threadbox/tool-infrastructure';
import { readObjects, type KubeObject } from './objects.ts';

/** What `kubectl apply -k` would send for this folder. Throws with kustomize's own words. */
export const render = async (kubectl: string, folder: string): Promise<KubeObject[]> =>
  readObjects(await run(kubectl, ['kustomize', folder]));
