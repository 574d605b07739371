import { z } from 'zod';
import { DomainAllowed } from '../egress/domain-allowed.ts';
import { DomainForbidden } from '../egress/domain-forbidden.ts';
import { LimitLifted } from '../egress/limit-lifted.ts';
import { LimitSet } from '../egress/limit-set.ts';
import { PermissionAnswered } from './permission-answered.ts';
import { PermissionRequested } from './permission-requested.ts';
import { PermissionWithdrawn } from './permission-withdrawn.ts';
import { QuestionAnswered } from './question-answered.ts';
import { QuestionRequested } from './question-requested.ts';
import { QuestionWithdrawn } from './question-withdrawn.ts';
import { SessionClosed } from './session-closed.ts';
import { SessionMoved } from './session-moved.ts';
import { SessionOpened } from './session-opened.ts';
import { SessionSuspended } from './session-suspended.ts';
import { TrustChanged } from './trust-changed.ts';
import { TurnEnded } from './turn-ended.ts';
import { TurnRequested } from './turn-requested.ts';
import { TurnRevised } from './turn-revised.ts';
import { TurnStarted } from './turn-started.ts';
import { TurnStopRequested } from './turn-stop-requested.ts';
import { WayAnswered } from './way-answered.ts';
import { WayAsked } from './way-asked.ts';

/** All that can happen to a session. */
export const SessionEvent = z.discriminatedUnion('type', [
  SessionOpened,
  TurnRequested,
  TurnRevised,
  TurnStarted,
  TurnStopRequested,
  TurnEnded,
  PermissionRequested,
  PermissionAnswered,
  PermissionWithdrawn,
  QuestionRequested,
  QuestionAnswered,
  QuestionWithdrawn,
  SessionMoved,
  TrustChanged,
  SessionSuspended,
  SessionClosed,
  DomainAllowed,
  DomainForbidden,
  LimitSet,
  LimitLifted,
  WayAsked,
  WayAnswered,
]);
export type SessionEvent = z.infer<typeof SessionEvent>;
