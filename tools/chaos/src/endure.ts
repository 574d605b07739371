import { createAudit } from './audit.ts';
import { brownouts } from './brownouts.ts';
import { openStage } from './stage.ts';

/** What all streams together may take of the disk, so that it can be full, in bytes. */
const DISK = 96 * 1024 * 1024;

/** Plays brownouts, one after another on one stage, and tells about each; true if all went well. */
export const endure = async (
  names: readonly string[],
  { lasting }: { lasting: number },
  say: (line: string) => void,
): Promise<boolean> => {
  const stage = await openStage({ wire: true, clocks: true, fileStore: DISK });
  const audit = createAudit(stage);
  let isWell = true;
  for (const name of names) {
    const begun = Date.now();
    const complaints = await Promise.resolve(
      brownouts[name]?.(stage, audit, lasting) ?? [`there is no “${name}”`],
    ).catch((error: unknown) => [error instanceof Error ? error.message : String(error)]);
    const all = [...complaints, ...(await audit.complaints())];
    say(`${all.length === 0 ? 'ok    ' : 'FAILED'}  ${name}  ${((Date.now() - begun) / 1000).toFixed(1)} s`);
    for (const complaint of all) say(`        ${complaint}`);
    isWell &&= all.length === 0;
  }
  if (!isWell) say(`its logs: ${stage.home}`);
  await stage.stop({ keep: !isWell });
  return isWell;
};
