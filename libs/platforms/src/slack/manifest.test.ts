import { commands } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { eventsPath } from './http-receiver.ts';
import { botEvents, botScopes, slackManifest } from './manifest.ts';
import { oauthPath } from './oauth.ts';

describe('the manifest', () => {
  it('sends everything to the one address of HTTP', () => {
    const manifest = slackManifest({ publicUrl: 'https://bots.example.org/', prefix: 'slack', mode: 'http' });
    const url = `https://bots.example.org${eventsPath('slack')}`;
    expect(manifest).toMatchObject({
      features: { slash_commands: [{ command: '/claude', url, should_escape: true }] },
      oauth_config: { redirect_urls: [`https://bots.example.org${oauthPath('slack')}`], scopes: { bot: botScopes } },
      settings: {
        event_subscriptions: { request_url: url, bot_events: botEvents },
        interactivity: { is_enabled: true, request_url: url },
        socket_mode_enabled: false,
      },
    });
  });

  it('has no addresses for Socket Mode', () => {
    const manifest = slackManifest({ publicUrl: undefined, prefix: 'slack', mode: 'socket' });
    expect(JSON.stringify(manifest)).not.toMatch(/https?:|undefined/);
    expect(manifest).toMatchObject({ settings: { socket_mode_enabled: true, interactivity: { is_enabled: true } } });
  });

  it('hints at every command there is, within Slack’s limits', () => {
    const { features } = slackManifest({ publicUrl: undefined, prefix: 'slack', mode: 'socket' }) as {
      features: { slash_commands: { usage_hint: string; description: string }[] };
    };
    const [{ usage_hint: hint, description }] = features.slash_commands as [
      { usage_hint: string; description: string },
    ];
    for (const { name } of commands) expect(hint).toContain(name);
    expect(hint.length).toBeLessThanOrEqual(1000);
    expect(description.length).toBeLessThanOrEqual(2000);
  });
});
