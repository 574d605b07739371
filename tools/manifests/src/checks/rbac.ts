import { z } from 'zod';
import { nameOf, type KubeObject } from '../objects.ts';

const Rule = z.looseObject({
  apiGroups: z.array(z.string()),
  resources: z.array(z.string()).default([]),
  verbs: z.array(z.string()),
});

/** All that the sandbox service's driver does, by resource; nobody has more. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  pods: ['get', 'list', 'watch', 'create', 'delete', 'patch'],
  secrets: ['get', 'list', 'watch', 'create', 'delete', 'patch'],
  persistentvolumeclaims: ['get', 'list', 'watch', 'create', 'delete', 'patch'],
  events: ['get', 'list'],
};
const PLACE = 'threadbox-sandboxes';

/** Rights are given in the sandboxes' namespace only, to the sandbox service only, by name, and no more of them than its driver needs. */
export const checkRbac = (objects: readonly KubeObject[]): string[] =>
  objects.flatMap((object) => {
    const problems: string[] = [];
    if (['ClusterRole', 'ClusterRoleBinding'].includes(object.kind)) problems.push('reaches the whole cluster');
    if (['Role', 'RoleBinding'].includes(object.kind) && object.metadata.namespace !== PLACE)
      problems.push(`gives rights outside of ${PLACE}`);
    if (object.kind === 'Role')
      for (const { apiGroups, resources, verbs } of z.array(Rule).parse(object['rules'])) {
        if (apiGroups.some((group) => group !== '')) problems.push(`is about ${apiGroups.join()}`);
        for (const resource of resources)
          for (const verb of verbs)
            if (ALLOWED[resource]?.includes(verb) !== true) problems.push(`lets ${verb} ${resource}`);
      }
    if (object.kind === 'RoleBinding') {
      const subjects = z.array(z.record(z.string(), z.string())).parse(object['subjects']);
      for (const { kind, name, namespace } of subjects)
        if (`${kind} ${namespace}/${name}` !== 'ServiceAccount threadbox/threadbox-sandbox')
          problems.push(`gives rights to ${kind} ${namespace}/${name}`);
    }
    return problems.map((problem) => `${nameOf(object)}: ${problem}`);
  });
