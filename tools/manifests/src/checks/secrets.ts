import { nameOf, type KubeObject } from '../objects.ts';

/** A key, a token, or an address with a password in it. */
const SECRET =
  /\b(S[UAOCXN][A-Z2-7]{56}|xox[abp]-|sk-ant-|eyJ[\w-]+\.eyJ)|BEGIN [A-Z ]*PRIVATE KEY|:\/\/[^\s:/@$]+:[^\s@/$]+@/;

/** No Secret with anything in it, and nothing that looks like one anywhere else. */
export const checkSecrets = (objects: readonly KubeObject[]): string[] =>
  objects.flatMap((object) => [
    ...(object.kind === 'Secret' ? [`${nameOf(object)}: a Secret stands in the manifests`] : []),
    ...(SECRET.test(JSON.stringify(object)) ? [`${nameOf(object)}: there is something like a secret in it`] : []),
  ]);
