import { z } from 'zod';
import { FileChunk } from '../chat/file-chunk.ts';
import { ActivityChanged } from './activity-changed.ts';
import { PermissionAsked } from './permission-asked.ts';
import { QuestionAsked } from './question-asked.ts';
import { TextStreamed } from './text-streamed.ts';
import { TurnFinished } from './turn-finished.ts';

/** All that a runner writes to `sandbox.<p>.<id>.out`. What it says is never trusted: readers validate it. */
export const SandboxOutput = z.discriminatedUnion('type', [
  TextStreamed,
  ActivityChanged,
  PermissionAsked,
  QuestionAsked,
  FileChunk,
  TurnFinished,
]);
export type SandboxOutput = z.infer<typeof SandboxOutput>;
