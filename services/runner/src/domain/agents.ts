import { agentTitles, type AgentName } from '@threadbox/schemas';

/** What an agent's environment is made from. `modelToken` is good for egress only and ends by itself. */
type Surroundings = { modelUrl: string; modelToken: string; home: string };

/** How one agent is run and what is different about it. */
export type AgentSpec = {
  title: string;
  /** A program on the PATH, a file of an npm package that Node runs, or the runner itself in another role. */
  program: { command: string } | { module: string } | { role: 'echo-agent' };
  args: readonly string[];
  /** What it needs beside PATH, HOME and LANG. */
  environment: (surroundings: Surroundings) => Record<string, string>;
  /** What else makes it pass over the settings that lie in a workspace which nobody trusts. */
  untrusted?: Record<string, string>;
  /** Files that it wants to find in its home, by their path there. */
  files?: Record<string, string>;
  /** What to do where the program is missing. */
  install: string;
  /** How it is told where it is and how files travel. */
  instructions: 'system-prompt' | 'first-prompt' | 'none';
  /** ACP `_meta` of session/new, load and resume. `trusted`: what lies in the workspace may steer the agent. */
  sessionMeta?: (instructions: string, trusted: boolean) => Record<string, unknown>;
  /** The ACP mode in which it asks before it acts, where it has modes. */
  askingMode?: string;
};

/** The model of agents that want one named. */
const MODEL = 'claude-sonnet-5-5';

/**
 * Claude Code reads no settings but ours: a repository's own settings, hooks and MCP servers are not trusted
 * (CVE-2025-59536) until an owner says so. Those in its home never are: it could write them itself. Bypassing permissions is
 * not on offer.
 */
const claudeSession = (instructions: string, trusted: boolean): Record<string, unknown> => ({
  systemPrompt: { append: instructions },
  claudeCode: {
    options: {
      settingSources: trusted ? ['project', 'local'] : [],
      strictMcpConfig: !trusted,
      allowDangerouslySkipPermissions: false,
      promptSuggestions: false,
      title: 'Threadbox',
    },
  },
});

/** Every agent that a session can be opened with. */
const agentTable = {
  claude: {
    title: agentTitles.claude,
    program: { module: '@agentclientprotocol/claude-agent-acp/dist/index.js' },
    args: [],
    environment: ({ modelUrl, modelToken, home }) => ({
      ANTHROPIC_BASE_URL: modelUrl,
      ANTHROPIC_AUTH_TOKEN: modelToken,
      CLAUDE_CONFIG_DIR: `${home}/.claude`,
      CLAUDE_AGENT_ACP_PROTOCOL: 'v1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      CLAUDE_CODE_ENABLE_PROMPT_SUGGESTION: 'false',
      // The default retries for three minutes, even on a refused credential.
      CLAUDE_CODE_MAX_RETRIES: '3',
      // What an answer may cost at most is reserved before the call: left alone, Claude Code asks for four times as much.
      CLAUDE_CODE_MAX_OUTPUT_TOKENS: '32000',
      DISABLE_AUTOUPDATER: '1',
      // Exactly `1`; any other truthy value makes session/new fail as root.
      IS_SANDBOX: '1',
    }),
    install: 'npm install -g @agentclientprotocol/claude-agent-acp@0.100.0',
    instructions: 'system-prompt',
    sessionMeta: claudeSession,
    askingMode: 'default',
  },
  goose: {
    title: agentTitles.goose,
    program: { command: 'goose' },
    args: ['acp', '--with-builtin', 'developer'],
    environment: ({ modelUrl, modelToken }) => ({
      GOOSE_PROVIDER: 'anthropic',
      GOOSE_MODEL: MODEL,
      GOOSE_MODE: 'approve',
      GOOSE_DISABLE_KEYRING: '1',
      ANTHROPIC_HOST: modelUrl,
      ANTHROPIC_API_KEY: modelToken,
    }),
    install: 'npm install -g @aaif/goose-acp@1.50.0',
    instructions: 'first-prompt',
    askingMode: 'approve',
  },
  gemini: {
    title: agentTitles.gemini,
    program: { command: 'gemini' },
    args: ['--acp', '--skip-trust'],
    environment: ({ modelUrl, modelToken }) => ({ GEMINI_API_KEY: modelToken, GOOGLE_GEMINI_BASE_URL: modelUrl }),
    files: { '.gemini/settings.json': '{"security":{"auth":{"selectedType":"gemini-api-key"}}}\n' },
    install: 'npm install -g @google/gemini-cli@0.61.0',
    instructions: 'first-prompt',
    askingMode: 'default',
  },
  codex: {
    title: agentTitles.codex,
    program: { command: 'codex-acp' },
    args: [],
    environment: ({ modelUrl, modelToken }) => ({
      MODEL_PROVIDER: 'threadbox',
      CODEX_CONFIG: JSON.stringify({
        model_providers: {
          threadbox: { name: 'Threadbox', base_url: `${modelUrl}/v1`, wire_api: 'responses', env_key: 'MODEL_TOKEN' },
        },
      }),
      MODEL_TOKEN: modelToken,
      NO_BROWSER: '1',
    }),
    install: 'npm install -g @agentclientprotocol/codex-acp@2.6.0',
    instructions: 'first-prompt',
    askingMode: 'read-only',
  },
  opencode: {
    title: agentTitles.opencode,
    program: { command: 'opencode' },
    args: ['acp', '--pure'],
    environment: ({ modelUrl, modelToken }) => ({
      OPENCODE_CONFIG_CONTENT: JSON.stringify({
        model: `anthropic/${MODEL}`,
        small_model: `anthropic/${MODEL}`,
        // Without this it falls back to a model of its own, out on the internet.
        enabled_providers: ['anthropic'],
        provider: {
          anthropic: {
            options: { baseURL: `${modelUrl}/v1`, apiKey: modelToken },
            models: { [MODEL]: { name: MODEL, tool_call: true, limit: { context: 200_000, output: 32_000 } } },
          },
        },
        permission: { edit: 'ask', bash: 'ask' },
        share: 'disabled',
        autoupdate: false,
      }),
    }),
    untrusted: { OPENCODE_DISABLE_PROJECT_CONFIG: '1' },
    install: 'npm install -g opencode-ai@1.18.33',
    instructions: 'first-prompt',
  },
  echo: {
    title: agentTitles.echo,
    program: { role: 'echo-agent' },
    args: [],
    environment: () => ({}),
    install: '',
    instructions: 'none',
  },
} as const satisfies Record<AgentName, AgentSpec>;

/** One row of the table. */
export const agentSpec = (name: AgentName): AgentSpec => agentTable[name];
