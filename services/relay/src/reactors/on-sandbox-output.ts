import type { Delivery } from '@threadbox/messaging';
import { Refused, type Rendering, type Sender } from '@threadbox/platforms';
import { histogram } from '@threadbox/metrics';
import { deriveId, tokenText, type SandboxOutput, type TurnFinished } from '@threadbox/schemas';
import type { Files } from '../adapters/files.ts';
import { answerDelivery, turnDelivery, type Turns } from '../adapters/turns.ts';
import type { Writer } from '../adapters/writer.ts';
import { aboveText, finalText } from '../domain/final-text.ts';
import { statusLine, withActivity, withText, type TurnView } from '../domain/turn-view.ts';

type Ports = {
  writer: Writer;
  turns: Turns;
  files: Files;
  log: { warn: (fields: object, text: string) => void };
};

/** The sandbox that wrote this: its subject says so, and NATS lets nobody else write there. */
const writerOf = (subject: string): string => tokenText(subject.split('.')[2] ?? '');

/** Markdown that shows nothing (a comment, say) has no parts; the placeholder must become something all the same. */
const visible = (sender: Sender, text: string): Rendering => {
  const rendering = sender.render(text);
  return rendering.parts.length > 0 ? rendering : { ...rendering, parts: sender.render('Done.').parts };
};

/** sandbox output → live edits while it comes, the answer once it is whole. */
export const onSandboxOutput = ({ writer, turns, files, log }: Ports) => {
  const took = histogram('threadbox_message_stage_seconds');
  const answered = histogram('threadbox_message_answered_seconds');
  /** The first sign of a turn since it was announced, both as the stream took them. */
  const sign = (session: string, turn: number, time: number): void => {
    const live = turns.at(session, turn);
    if (live.started === undefined) return;
    took((time - live.started) / 1000, { stage: 'first_output' });
    delete live.started;
  };

  /** Live views wait for no chat: until the placeholder stands, there is nothing to edit. */
  const show = async (session: string, turn: number, change: (view: TurnView) => TurnView): Promise<void> => {
    const live = turns.at(session, turn);
    if (live.done) return;
    live.view = change(live.view);
    await turns.resume(session, turn);
    void live.conversation.then((conversation) => {
      if (conversation === undefined || live.done || !writer.isOn(conversation)) return;
      const sender = writer.senderOf(conversation);
      const slot = { delivery: turnDelivery(session, turn), part: 0 };
      writer.showLive(conversation, slot, () => {
        const of = { text: live.view.text, status: statusLine(live.view) };
        return { part: sender.renderLive(of.text, of.status), of };
      });
      writer.typing(conversation);
    });
  };

  const write = async (session: string, conversation: string, finished: TurnFinished['data']): Promise<void> => {
    const { turn } = finished;
    const sender = writer.senderOf(conversation);
    const isBelow = await turns.isInterrupted(session, turn);
    if (isBelow) await turns.interruptFollowing(session, turn);
    const placeholder = turnDelivery(session, turn);
    const delivery = isBelow ? answerDelivery(session, turn) : placeholder;
    const text = finalText(finished, isBelow);
    const { parts, files: cutOut } = visible(sender, text);
    await writer.show(
      conversation,
      parts.map((part, index) => ({
        slot: { delivery, part: index },
        make: (mark: string) =>
          mark === '' || index < parts.length - 1 ? part : (sender.render(text + mark).parts[index] ?? part),
      })),
    );
    const [above] = sender.render(aboveText(finished)).parts;
    if (isBelow && above) await writer.amend(conversation, { delivery: placeholder, part: 0 }, above);
    for (const [index, file] of cutOut.entries())
      await writer.showFile(conversation, deriveId('cut-out', delivery, index), file);
    for (const { file, name, mediaType } of finished.files) {
      const bytes = await files.take(session, file);
      if (bytes) await writer.showFile(conversation, deriveId('file', session, file), { name, mediaType, bytes });
      else log.warn({ session, turn }, 'a file did not arrive whole');
    }
  };

  const finish = async (session: string, finished: TurnFinished['data'], time: number): Promise<void> => {
    const { turn } = finished;
    const conversation = await turns.conversationOf(session, turn, time);
    if (conversation === undefined) return;
    try {
      await turns.settle(session, turn, () => write(session, conversation, finished));
      took((Date.now() - time) / 1000, { stage: 'shown' });
      const { received } = turns.at(session, turn);
      if (received !== undefined) answered((Date.now() - received) / 1000, {});
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      log.warn({ reason: error.reason, session, turn }, 'a chat refused an answer');
    }
  };

  return async (output: SandboxOutput, { subject, time }: Pick<Delivery, 'subject' | 'time'>): Promise<void> => {
    const session = writerOf(subject);
    switch (output.type) {
      case 'text-streamed':
        sign(session, output.data.turn, time);
        return show(session, output.data.turn, (view) => withText(view, output.data));
      case 'activity-changed':
        sign(session, output.data.turn, time);
        return show(session, output.data.turn, (view) => withActivity(view, output.data));
      case 'file-chunk':
        return files.add(session, output.data);
      case 'turn-finished':
        sign(session, output.data.turn, time);
        return finish(session, output.data, time);
      // Their words come as notices from session, which knows whether an answer is needed at all.
      case 'permission-asked':
      case 'question-asked':
        return;
    }
  };
};
