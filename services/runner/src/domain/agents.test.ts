import { agents } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { agentSpec } from './agents.ts';

const surroundings = { modelUrl: 'http://model', modelToken: 'token', home: '/home' };

describe('the table of agents', () => {
  it.each(agents.filter((agent) => agent !== 'echo'))(
    '%s gets the model’s address, the token, and says how it is installed',
    (agent) => {
      const spec = agentSpec(agent);
      const environment = JSON.stringify(spec.environment(surroundings));
      expect(environment).toContain('http://model');
      expect(environment).toContain('token');
      expect(spec.install).toMatch(/^npm install -g \S+@\d/);
    },
  );

  it('trusts no repository with Claude Code’s settings, and lets it bypass nothing', () => {
    expect(agentSpec('claude').sessionMeta?.('be kind', false)).toMatchObject({
      systemPrompt: { append: 'be kind' },
      claudeCode: { options: { settingSources: [], strictMcpConfig: true, allowDangerouslySkipPermissions: false } },
    });
    expect(agentSpec('claude').environment(surroundings)).toMatchObject({
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      CLAUDE_CODE_MAX_RETRIES: '3',
      CLAUDE_CONFIG_DIR: '/home/.claude',
    });
  });
});
