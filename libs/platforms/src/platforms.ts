import { telegram } from './telegram/telegram.ts';
import { web } from './web/web.ts';

/** Every platform there is, by the name its conversations begin with. Adding one costs a folder and a line here. */
export const platforms = { telegram, web } as const;

/** The name of a platform. */
export type PlatformName = keyof typeof platforms;
