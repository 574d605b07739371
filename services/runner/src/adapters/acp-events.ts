import type * as acp from '@agentclientprotocol/sdk';
import type { WantedTool } from '../domain/permission.ts';
import type { AgentEvent } from '../domain/transcript.ts';

const fields = (update: acp.ToolCall | acp.ToolCallUpdate) => ({
  ...(update.title == null ? {} : { title: update.title }),
  ...(update.kind == null ? {} : { kind: update.kind }),
  ...(update.status == null ? {} : { status: update.status }),
});

/** An ACP update in the runner's own terms; undefined for what is not shown (thoughts among it). */
export const eventOf = (update: acp.SessionUpdate, at: string): AgentEvent | undefined => {
  switch (update.sessionUpdate) {
    case 'agent_message_chunk':
      return update.content.type === 'text'
        ? { type: 'text', text: update.content.text, message: update.messageId ?? undefined }
        : undefined;
    case 'tool_call':
    case 'tool_call_update':
      return { type: 'tool', id: update.toolCallId, ...fields(update), at };
    case 'plan':
      return { type: 'plan', plan: update.entries.map(({ content, status }) => ({ text: content, status })) };
    case 'usage_update':
      return update.cost == null ? undefined : { type: 'cost', amount: update.cost.amount };
    case 'user_message_chunk':
    case 'agent_thought_chunk':
    case 'available_commands_update':
    case 'current_mode_update':
    case 'config_option_update':
    case 'session_info_update':
    case 'notice':
    case 'compaction_update':
    case 'compaction_summary_chunk':
      return undefined;
  }
};

/** The tool's own name: in the field that ACP has for it, or where Claude Code puts it. */
const nameOf = ({ name, _meta }: acp.ToolCallUpdate): string | undefined => {
  if (name != null && name !== '') return name;
  const claude = _meta?.['claudeCode'];
  return typeof claude === 'object' && claude !== null && 'toolName' in claude && typeof claude.toolName === 'string'
    ? claude.toolName
    : undefined;
};

/** What an agent asks permission for, in the runner's own terms. */
export const wantedOf = (tool: acp.ToolCallUpdate): WantedTool => ({
  name: nameOf(tool),
  kind: tool.kind ?? undefined,
  title: tool.title ?? undefined,
  input: tool.rawInput,
  changes: (tool.content ?? []).flatMap((part) =>
    part.type === 'diff' ? [{ path: part.path, before: part.oldText ?? undefined, after: part.newText }] : [],
  ),
});

/** Tokens as the agent reports them at the end of a prompt (ACP's usage is not stable yet, so it is read with care). */
export const tokensOf = (response: unknown): { inputTokens?: number; outputTokens?: number } => {
  const usage = (response as { usage?: Record<string, unknown> } | null)?.usage;
  if (typeof usage !== 'object' || usage === null) return {};
  const count = (name: string): number => {
    const value = usage[name];
    return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.round(value) : 0;
  };
  return {
    inputTokens: count('inputTokens') + count('cachedReadTokens') + count('cachedWriteTokens'),
    outputTokens: count('outputTokens'),
  };
};
