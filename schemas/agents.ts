/**
 * The agents that a session can be opened with, by the word people type. How each is run is the runner's table;
 * `echo` has no model: it repeats what it hears, for benchmarks and for checking an installation.
 */
export const agents = ['claude', 'goose', 'gemini', 'codex', 'opencode', 'echo'] as const;
export type AgentName = (typeof agents)[number];

/** What each agent calls itself. */
export const agentTitles = {
  claude: 'Claude Code',
  goose: 'Goose',
  gemini: 'Gemini CLI',
  codex: 'Codex',
  opencode: 'opencode',
  echo: 'Echo',
} as const satisfies Record<AgentName, string>;

/** True for a name of the table. */
export const isAgent = (name: string): name is AgentName => agents.some((agent) => agent === name);
