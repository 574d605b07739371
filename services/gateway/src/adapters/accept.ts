import { publish, type Bus } from '@threadbox/messaging';
import type { Accept } from '@threadbox/platforms';
import { chatSubject, Inbound, platformOf, type Attachment } from '@threadbox/schemas';
import { counter } from '@threadbox/metrics';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { inboundId, toInbound } from './to-inbound.ts';
import { takeFile } from './take-file.ts';

/** The most files of one message. */
const FILES = 10;

/**
 * Takes events of any platform in: the message's trace begins here, its files are stored, and it is appended to
 * `chat.inbound`. Resolves once JetStream has it; the same event again appends nothing. `platforms`: who may bring some.
 */
export const createAccept = (bus: Pick<Bus, 'js'>, platforms: readonly string[]): Accept => {
  const tracer = trace.getTracer('threadbox.gateway');
  const received = counter('threadbox_platform_received_total');
  const failed = counter(
    'threadbox_platform_receive_failures_total',
    platforms.map((platform) => ({ platform })),
  );
  return async (incoming) => {
    const { platform, conversation } = incoming.place;
    const subject = chatSubject('inbound', conversation);
    const attributes = {
      'messaging.system': 'nats',
      'messaging.operation.type': 'send',
      'messaging.destination.name': subject,
      'messaging.message.id': inboundId(incoming),
      'threadbox.platform': platform,
      'threadbox.kind': incoming.kind,
    };
    await tracer.startActiveSpan(
      `receive ${platform}`,
      { kind: SpanKind.PRODUCER, attributes, root: true },
      async (span) => {
        try {
          const attachments: Attachment[] = [];
          const notes: string[] = [];
          const files = incoming.kind === 'message' ? incoming.files : [];
          for (const [index, file] of files.slice(0, FILES).entries()) {
            const taken = await takeFile(bus, file, { conversation, cause: inboundId(incoming), index });
            if ('note' in taken) notes.push(taken.note);
            else attachments.push(taken);
          }
          if (files.length > FILES) notes.push(`only ${FILES} files of a message are taken`);
          const message = Inbound.parse(toInbound(incoming, { time: new Date().toISOString(), attachments, notes }));
          await publish(bus, subject, message);
          received({ platform: platformOf(conversation), kind: incoming.kind });
        } catch (error) {
          failed({ platform: platformOf(conversation) });
          span.setStatus({ code: SpanStatusCode.ERROR });
          throw error;
        } finally {
          span.end();
        }
      },
    );
  };
};
