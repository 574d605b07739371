import { runService } from '@threadbox/chassis';
import { verifyModelToken } from '@threadbox/model-token';
import { startRehearsal } from '@threadbox/rehearsal';
import { settings } from './config.ts';
import { chooseUpstream, type Upstream } from './domain/upstream.ts';
import { startEgress } from './http/server.ts';

await runService('egress', settings, async ({ config, log, onStop }) => {
  const rehearse = async (): Promise<Upstream> => {
    const rehearsal = await startRehearsal();
    onStop(rehearsal.close);
    return { url: rehearsal.url, headers: {} };
  };
  const chosen = chooseUpstream(config);
  const upstream = chosen ?? (await rehearse());
  const egress = await startEgress(
    { upstream, log, allowed: config.EGRESS_ALLOW, verify: (token) => verifyModelToken(config.EGRESS_SECRET, token) },
    { host: config.EGRESS_HOST, port: config.EGRESS_PORT },
  );
  onStop(egress.close);
  log.info(
    { url: egress.url, model: chosen ? new URL(chosen.url).host : 'rehearsal' },
    chosen ? 'sandboxes reach the model through here' : 'no model credential is set: the rehearsal answers',
  );
});
