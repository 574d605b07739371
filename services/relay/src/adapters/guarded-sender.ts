import type { Sender } from '@threadbox/platforms';

/**
 * A sender that asks before each call whether this relay may make it. So one that stood still, and was given up meanwhile, writes over
 * nothing that its successor wrote. Signs of writing pass unasked: they are a courtesy.
 */
export const guardedSender = (sender: Sender, sure: () => Promise<void>): Sender => {
  const asking =
    <Args extends unknown[], Value>(call: (...args: Args) => Promise<Value>) =>
    async (...args: Args): Promise<Value> => {
      await sure();
      return call(...args);
    };
  const { together, draft, openThread } = sender;
  return {
    ...sender,
    post: asking(sender.post),
    edit: asking(sender.edit),
    postFile: asking(sender.postFile),
    close: asking(sender.close),
    ...(openThread && { openThread: asking(openThread) }),
    ...(together && { together: { ...together, post: asking(together.post) } }),
    ...(draft && { draft: { ...draft, show: asking(draft.show) } }),
  };
};
