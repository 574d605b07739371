/** Of the stand-in for a cluster: what the API server refuses because of what it is. */
import { isDeepStrictEqual } from 'node:util';
import type { V1Pod } from '@kubernetes/client-node';
import { ApiError } from './api-error.ts';
import { resources, type Resource, type Stored } from './store.ts';

const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

const invalid = (resource: Resource, name: string, words: string): ApiError =>
  new ApiError(422, 'Invalid', `${resources[resource]} "${name}" is invalid: ${words}`);

const checkPod = (pod: V1Pod): string[] => {
  const { spec } = pod;
  const volumes = new Set(spec?.volumes?.map(({ name }) => name));
  return [
    ...(spec?.containers.length ? [] : ['spec.containers: Required value']),
    ...(spec?.containers ?? []).flatMap(({ name, image, volumeMounts = [], resources: needs }) => [
      ...(image ? [] : [`spec.containers[${name}].image: Required value`]),
      ...volumeMounts
        .filter((mount) => !volumes.has(mount.name))
        .map((mount) => `volumeMounts.name: Not found: "${mount.name}"`),
      ...Object.entries(needs?.requests ?? {})
        .filter(
          ([key]) =>
            needs?.limits?.[key] !== undefined && quantity(needs.limits[key]) < quantity(needs.requests?.[key] ?? ''),
        )
        .map(([key]) => `resources.requests: ${key} must be less than or equal to its limit`),
    ]),
  ];
};

/** A quantity as a number; NaN for what is none. */
export const quantity = (text: string): number => {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)(m|Ki|Mi|Gi|k|M|G)?$/.exec(text) ?? [];
  const units: Record<string, number> = {
    m: 0.001,
    '': 1,
    Ki: 2 ** 10,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
    k: 1e3,
    M: 1e6,
    G: 1e9,
  };
  return number === '' ? Number.NaN : Number(number) * (units[unit] ?? Number.NaN);
};

/** Refuses an object that could not be made. */
export const checkNew = (resource: Resource, object: Stored): void => {
  const { name, labels = {} } = object.metadata;
  if (object.kind !== resources[resource])
    throw new ApiError(400, 'BadRequest', `the object provided is unrecognized: ${object.kind}`);
  const wrong = [
    ...(NAME.test(name) && name.length <= 253 ? [] : [`metadata.name: Invalid value: "${name}"`]),
    ...Object.values(labels)
      .filter((value) => value.length > 63 || !LABEL.test(value))
      .map((value) => `metadata.labels: Invalid value: "${value}"`),
    ...(resource === 'pods' ? checkPod(object as unknown as V1Pod) : []),
  ];
  if (wrong.length > 0) throw invalid(resource, name, wrong.join(', '));
};

/** Refuses a change of what may not change. */
export const checkChange = (resource: Resource, before: Stored, after: Stored): void => {
  const { name, uid, resourceVersion } = before.metadata;
  if (after.metadata.resourceVersion !== resourceVersion)
    throw new ApiError(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${resource} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    );
  if (after.metadata.uid !== uid || after.metadata.name !== name)
    throw invalid(resource, name, 'metadata.uid: Invalid value: field is immutable');
  if (resource !== 'secrets' && !isDeepStrictEqual(before['spec'], after['spec']))
    throw invalid(resource, name, 'spec: Forbidden: updates to spec fields are not allowed');
  if (!isDeepStrictEqual(before['status'], after['status']))
    throw new ApiError(
      500,
      'InternalError',
      'the stand-in does not know what a real cluster does with a status in a patch',
    );
};
