import { commonSettings } from '@threadbox/chassis';
import { hearingOf, platforms, switchedOn, writingOf } from '@threadbox/platforms';
import { z } from 'zod';
import { settings as auth } from '../../../services/auth/src/config.ts';
import { settings as egress } from '../../../services/egress/src/config.ts';
import { settings as gateway } from '../../../services/gateway/src/config.ts';
import { settings as relay } from '../../../services/relay/src/config.ts';
import { settings as sandbox } from '../../../services/sandbox/src/config.ts';
import { settings as session } from '../../../services/session/src/config.ts';
import { settings as provision } from '../../provision/src/config.ts';

/** A program that an image of ours holds: its own settings, and what it makes of its platforms'. */
type Program = { settings: z.ZodObject; switchOn?: (env: NodeJS.ProcessEnv) => unknown };

const service = (settings: z.ZodObject): z.ZodObject => z.object({ ...commonSettings.shape, ...settings.shape });

/** Every program by its image's name. */
export const programs: Readonly<Record<string, Program>> = {
  auth: { settings: service(auth) },
  egress: { settings: service(egress) },
  gateway: { settings: service(gateway), switchOn: (env) => switchedOn(hearingOf(platforms), env) },
  relay: { settings: service(relay), switchOn: (env) => switchedOn(writingOf(platforms), env) },
  sandbox: { settings: service(sandbox) },
  session: { settings: service(session) },
  provision: { settings: provision },
};
