/** Of the stand-in for a cluster: who may do what. */
import { ApiError } from './api-error.ts';
import type { Resource } from './store.ts';

type Verb = 'get' | 'list' | 'watch' | 'create' | 'patch' | 'delete';

/** What deploy's role gives to the sandbox service, and nothing else. */
const sandboxService: Readonly<Record<Resource, readonly Verb[]>> = {
  pods: ['get', 'list', 'watch', 'create', 'delete', 'patch'],
  secrets: ['get', 'list', 'watch', 'create', 'delete', 'patch'],
  persistentvolumeclaims: ['get', 'list', 'watch', 'create', 'delete', 'patch'],
  events: ['get', 'list'],
};

/** Refuses what a role does not give. */
export const checkRole = (resource: Resource, verb: Verb, namespace: string): void => {
  if (!sandboxService[resource].includes(verb))
    throw new ApiError(
      403,
      'Forbidden',
      `${resource} is forbidden: User "system:serviceaccount:threadbox:threadbox-sandbox" cannot ${verb} resource "${resource}" in API group "" in the namespace "${namespace}"`,
    );
};
