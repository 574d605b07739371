import { z } from 'zod';
import { FileChunk } from '../chat/file-chunk.ts';
import { PermissionDecided } from './permission-decided.ts';
import { QuestionReplied } from './question-replied.ts';
import { TurnCancelled } from './turn-cancelled.ts';
import { TurnGiven } from './turn-given.ts';

/** All that session writes to `sandbox.<p>.<id>.in`. */
export const SandboxInput = z.discriminatedUnion('type', [
  TurnGiven,
  TurnCancelled,
  PermissionDecided,
  QuestionReplied,
  FileChunk,
]);
export type SandboxInput = z.infer<typeof SandboxInput>;
