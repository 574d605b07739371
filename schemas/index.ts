export { Principal, message, commit, type Origin } from './envelope.ts';
export { commitVersion, messageVersion, readVersioned, UnknownVersion, upcast } from './upcast.ts';
export { agents, agentTitles, isAgent, type AgentName } from './agents.ts';
export { deriveId } from './ids.ts';
export {
  PARTITIONS,
  partitions,
  partitionOf,
  subjectToken,
  tokenText,
  streams,
  platformOf,
  chatSubject,
  conversationFilter,
  eventsSubject,
  sandboxSubject,
  sandboxFilter,
  runnerDurable,
  claimSubject,
  timerSubject,
  webSubject,
  webReactionSubject,
  webThreadSubject,
  webThreadsFilter,
  webFileSubject,
  shelfSubject,
  vaultSubject,
  credentialSubject,
  depositSubject,
  relaySubjects,
  splitWebConversation,
  deadSubject,
  snapshotSubject,
  againSubject,
  leaseSubject,
  type ChatLane,
} from './subjects.ts';
export { aggregates, type AggregateType, type EventOf } from './aggregates.ts';
export {
  COMMAND_WORD,
  commands,
  parseCommand,
  commandLine,
  helpText,
  serviceOf,
  type CommandSpec,
  type CommandName,
  type ParsedCommand,
} from './commands.ts';
export { AccountEvent } from './account/account-event.ts';
export { CredentialEvent } from './credential/credential-event.ts';
export { CredentialSet } from './account/credential-set.ts';
export { HandoffEvent } from './handoff/handoff-event.ts';
export { LinkEvent } from './link/link-event.ts';
export { TimerDue } from './timer-due.ts';
export {
  services,
  leaseHolders,
  streamTable,
  SHARES,
  shares,
  readings,
  durables,
  durableOf,
  readingOf,
  readerOf,
  type ServiceName,
  type Reading,
  type Durable,
} from './topology.ts';
export { Admitted } from './chat/admitted.ts';
export { CHUNK_BYTES, FILE_BYTES, Attachment } from './chat/attachment.ts';
export { ButtonAdmitted } from './chat/button-admitted.ts';
export { BUTTON_VALUE_BYTES, ButtonPressed } from './chat/button-pressed.ts';
export { CommandAdmitted } from './chat/command-admitted.ts';
export { CommandReceived } from './chat/command-received.ts';
export { ConversationClosed } from './chat/conversation-closed.ts';
export { CredentialDeposited } from './chat/credential-deposited.ts';
export { EditAdmitted } from './chat/edit-admitted.ts';
export { FileChunk } from './chat/file-chunk.ts';
export { Inbound } from './chat/inbound.ts';
export { MessageAdmitted } from './chat/message-admitted.ts';
export { MessageEdited } from './chat/message-edited.ts';
export { MessageReceived } from './chat/message-received.ts';
export { Button, NoticeRequested } from './chat/notice-requested.ts';
export { Outbound } from './chat/outbound.ts';
export { ConversationId, Place } from './chat/place.ts';
export { ReactionAdmitted } from './chat/reaction-admitted.ts';
export { ReactionReceived } from './chat/reaction-received.ts';
export { ThreadOpened } from './chat/thread-opened.ts';
export { ThreadRequested } from './chat/thread-requested.ts';
export { TurnAnnounced } from './chat/turn-announced.ts';
export { TurnSettled } from './chat/turn-settled.ts';
export { FleetEvent } from './fleet/fleet-event.ts';
export { SandboxDeleted } from './fleet/sandbox-deleted.ts';
export { SandboxFailed } from './fleet/sandbox-failed.ts';
export { SandboxQueued } from './fleet/sandbox-queued.ts';
export { SandboxRequested } from './fleet/sandbox-requested.ts';
export { SandboxStarted } from './fleet/sandbox-started.ts';
export { SandboxStopped } from './fleet/sandbox-stopped.ts';
export { ActivityChanged } from './runner/activity-changed.ts';
export { PermissionAsked } from './runner/permission-asked.ts';
export { PermissionDecided } from './runner/permission-decided.ts';
export { FormField, QuestionAsked } from './runner/question-asked.ts';
export { FormContent, QuestionReplied } from './runner/question-replied.ts';
export { SandboxInput } from './runner/sandbox-input.ts';
export { SandboxOutput } from './runner/sandbox-output.ts';
export { SandboxClaim } from './runner/sandbox-claim.ts';
export { TextStreamed } from './runner/text-streamed.ts';
export { TurnCancelled } from './runner/turn-cancelled.ts';
export { Step, TurnFinished } from './runner/turn-finished.ts';
export { TurnGiven } from './runner/turn-given.ts';
export { ConversationBound } from './session/conversation-bound.ts';
export { ConversationEvent } from './session/conversation-event.ts';
export { ConversationReleased } from './session/conversation-released.ts';
export { PermissionChoice, PermissionAnswered } from './session/permission-answered.ts';
export { PermissionGranted } from './session/permission-granted.ts';
export { PermissionRequested } from './session/permission-requested.ts';
export { PermissionWithdrawn } from './session/permission-withdrawn.ts';
export { QuestionAnswered } from './session/question-answered.ts';
export { QuestionRequested } from './session/question-requested.ts';
export { QuestionWithdrawn } from './session/question-withdrawn.ts';
export { SessionClosed } from './session/session-closed.ts';
export { SessionEvent } from './session/session-event.ts';
export { SessionMoved } from './session/session-moved.ts';
export { SessionOpened } from './session/session-opened.ts';
export { SessionSuspended } from './session/session-suspended.ts';
export { TurnOutcome, Usage, TurnEnded } from './session/turn-ended.ts';
export { TurnRequested } from './session/turn-requested.ts';
export { TurnRevised } from './session/turn-revised.ts';
export { TurnStarted } from './session/turn-started.ts';
export { TurnStopRequested } from './session/turn-stop-requested.ts';
export { WayAnswered, WayChoice } from './session/way-answered.ts';
export { WayAsked } from './session/way-asked.ts';
export { MemberAdded } from './workspace/member-added.ts';
export { MemberRemoved } from './workspace/member-removed.ts';
export { OwnerAsked } from './workspace/owner-asked.ts';
export { OwnerClaimed } from './workspace/owner-claimed.ts';
export { OwnershipDeclined } from './workspace/ownership-declined.ts';
export { WorkspaceEvent } from './workspace/workspace-event.ts';
export { AllowList } from './egress/allow-list.ts';
export {
  decideAllowance,
  evolveAllowance,
  isAllowanceEvent,
  noAllowance,
  type Allowance,
  type AllowanceCommand,
  type AllowanceEvent,
} from './egress/allowance.ts';
export { Balance } from './egress/balance.ts';
export { coveringDomain, readDomain, readSaidDomain } from './egress/domain.ts';
export { EgressEvent } from './egress/egress-event.ts';
export { emptyBalance, evolveBalance, heldFor, limitKey, spentIn, type Spent } from './egress/ledger.ts';
export { LedgerEvent } from './egress/ledger-event.ts';
export { dollars, limitWord, readLimit, Limit, LimitScope } from './egress/limit.ts';
export { LimitNeared } from './egress/limit-neared.ts';
export { LimitReached } from './egress/limit-reached.ts';
export { Tokens } from './egress/tokens.ts';
export { WayAllowedBy, WayRefusedFor } from './egress/way.ts';
export { readTypedWay, readWayButton, wayButtons } from './egress/way-button.ts';
export { WayRefused } from './egress/way-refused.ts';
