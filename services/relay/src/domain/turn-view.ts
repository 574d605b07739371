import type { ActivityChanged, TextStreamed } from '@threadbox/schemas';

/** What is known of a running turn: what the agent wrote so far, and what it is doing. */
export type TurnView = {
  text: string;
  activity?: ActivityChanged['data'];
  /** What was streamed before we listened: there is a beginning that we don't have. */
  hasGap: boolean;
};

/** A turn of which nothing was heard yet. */
export const nothingYet: TurnView = { text: '', hasGap: false };

/** Puts a piece of text where it goes. A piece that comes again changes nothing; one beyond the end tells of a gap. */
export const withText = (view: TurnView, { at, text }: Pick<TextStreamed['data'], 'at' | 'text'>): TurnView => {
  if (at > view.text.length && !view.hasGap) return { ...view, text: view.text + text, hasGap: true };
  if (view.hasGap) return { ...view, text: view.text + text };
  return { ...view, text: view.text.slice(0, at) + text };
};

/** The newest activity is the whole of it. */
export const withActivity = (view: TurnView, activity: ActivityChanged['data']): TurnView => ({ ...view, activity });

/** One compact line about what the agent is doing. */
export const statusLine = ({ activity }: TurnView): string => {
  if (activity === undefined) return 'Working…';
  const done = activity.plan.filter(({ status }) => status === 'completed').length;
  const current = activity.plan.find(({ status }) => status === 'in_progress');
  return [
    activity.notice,
    activity.tool ? `🔧 ${activity.tool.title}` : 'Working…',
    activity.tools > 1 ? `${activity.tools} steps` : undefined,
    activity.plan.length > 0 ? `${done}/${activity.plan.length}${current ? ` ${current.text}` : ''}` : undefined,
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(' · ');
};
