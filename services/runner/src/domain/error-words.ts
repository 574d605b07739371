/** How an agent's request failed: a JSON-RPC error, as far as it tells anything. */
export type AgentFailure = { code?: number; message: string; kind?: string };

const rules: ReadonlyArray<{ when: RegExp; say: string }> = [
  // Egress says so of what it does not let through, and why.
  { when: /Threadbox: /, say: 'The model was not asked.' },
  {
    when: /authentication|auth_required|invalid (x-)?api[- ]?key|\b40[13]\b|please run \/login|oauth token|credential/i,
    say: 'The model refused our credential. Whoever runs Threadbox should check ANTHROPIC_API_KEY (or CLAUDE_CODE_OAUTH_TOKEN) and restart it.',
  },
  {
    when: /credit balance|billing|usage limit|quota|out of extra usage/i,
    say: 'The model’s account has no credit or quota left. Whoever runs Threadbox should look at its billing; then ask again.',
  },
  {
    when: /rate.?limit|\b429\b/i,
    say: 'The model’s rate limit is reached. Wait a minute and ask again.',
  },
  { when: /overloaded|\b529\b/i, say: 'The model is overloaded right now. Wait a little and ask again.' },
  {
    when: /prompt is too long|context (length|window)|context_exhausted|too many tokens/i,
    say: 'The conversation has become too long for the model. Start a new session to go on.',
  },
  {
    when: /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNRESET|fetch failed|connection error|unable to connect|cannot be reached|timed out|timeout|\b50[24]\b/i,
    say: 'The model cannot be reached: there is no connection, or it is down. Ask again in a moment; if that does not help, whoever runs Threadbox should check the network.',
  },
  {
    when: /\b5\d\d\b|server_error|internal server error/i,
    say: 'The model had an error of its own. Ask again in a moment.',
  },
];

/** What went wrong and what to do, in plain words; the agent's own words where it is nothing that we know. */
export const explainFailure = ({ code, message, kind }: AgentFailure, agent: string): string => {
  const words = message
    .replace(/^(Internal error: )+/, '')
    // Claude Code's advice for whoever sits at the machine; it names an address that means nothing to people in a chat.
    .replace(/\s*If it persists, check your inference gateway.*$/s, '')
    .trim();
  // ACP's code for "authentication required".
  const text = code === -32000 ? `authentication ${words}` : `${kind ?? ''} ${words}`;
  const rule = rules.find(({ when }) => when.test(text));
  if (!rule) return clip(`${agent} could not go on: ${words || 'it did not say why'}`);
  return clip(words === '' || code === -32000 ? rule.say : `${rule.say}\n(${words})`);
};

/** The agent's process itself broke, although the adapter in front of it still answers. */
export const isCrash = ({ message, kind }: AgentFailure): boolean =>
  kind === 'transport_lost' ||
  kind === 'worker_shutdown' ||
  /process (exited|terminated|was killed)|exited with code|terminated by signal|session has ended/i.test(message);

const clip = (text: string): string => (text.length <= 1900 ? text : `${text.slice(0, 1900).toWellFormed()}…`);
