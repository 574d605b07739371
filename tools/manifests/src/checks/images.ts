import { containersOf, type KubeObject } from '../objects.ts';

/** A repository, then a digest, or a tag that has a version in it and is no moving one. */
const PINNED =
  /^[a-z0-9][\w.-]*(:\d+(?=\/))?(\/[\w.-]+)*(:[\w][\w.-]*)?@sha256:[0-9a-f]{64}$|^[a-z0-9][\w.-]*(:\d+(?=\/))?(\/[\w.-]+)*:v?\d+\.\d+(\.\d+)?[\w.-]*$/;

/** Every image has an exact version: one that is run, and one that others are told to run. */
export const checkImages = (objects: readonly KubeObject[]): string[] =>
  containersOf(objects).flatMap(({ name, container }) => [
    ...(PINNED.test(container.image) ? [] : [`${name}: the image ${container.image || '(none)'} has no exact version`]),
    ...container.env
      .filter((variable) => variable.name.endsWith('_IMAGE') && !PINNED.test(variable.value ?? ''))
      .map((variable) => `${name}: ${variable.name} has no exact version`),
  ]);
