/** What people format in Slack arrives as a tree beside the text (Block Kit, `rich_text`); here it becomes Markdown. */
import { z } from 'zod';
import { emojiOf } from './emoji.ts';

const style = z
  .object({ bold: z.boolean(), italic: z.boolean(), strike: z.boolean(), code: z.boolean() })
  .partial()
  .optional();

const inline = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string(), style }),
  z.object({ type: z.literal('link'), url: z.string(), text: z.string().optional(), style }),
  z.object({ type: z.literal('user'), user_id: z.string() }),
  z.object({ type: z.literal('channel'), channel_id: z.string() }),
  z.object({ type: z.literal('usergroup'), usergroup_id: z.string() }),
  z.object({ type: z.literal('broadcast'), range: z.string() }),
  z.object({ type: z.literal('emoji'), name: z.string() }),
]);

const section = z.object({ type: z.literal('rich_text_section'), elements: z.array(inline) });
const element = z.discriminatedUnion('type', [
  section,
  z.object({ type: z.literal('rich_text_quote'), elements: z.array(inline) }),
  z.object({ type: z.literal('rich_text_preformatted'), elements: z.array(inline), language: z.string().optional() }),
  z.object({
    type: z.literal('rich_text_list'),
    style: z.enum(['bullet', 'ordered']),
    indent: z.int().nonnegative().optional(),
    offset: z.int().nonnegative().optional(),
    elements: z.array(section),
  }),
]);
const block = z.object({ type: z.literal('rich_text'), elements: z.array(element) });

type Inline = z.infer<typeof inline>;
type Element = z.infer<typeof element>;

/** As Slack writes text on the wire, so that what reads that reads this. */
const wire = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Marks around the words, not around the spaces beside them: Markdown would not see them there. */
const marked = (text: string, given: z.infer<typeof style>): string => {
  const [, before = '', words = '', after = ''] = /^(\s*)([^]*?)(\s*)$/.exec(text) ?? [];
  if (words === '' || given === undefined) return wire(text);
  const code = given.code === true ? `\`${wire(words)}\`` : wire(words);
  const struck = given.strike === true ? `~~${code}~~` : code;
  const leaning = given.italic === true ? `*${struck}*` : struck;
  return before + (given.bold === true ? `**${leaning}**` : leaning) + after;
};

const ofInline = (part: Inline): string => {
  switch (part.type) {
    case 'text':
      return marked(part.text, part.style);
    case 'link':
      return part.text === undefined || part.text === '' ? `<${part.url}>` : `<${part.url}|${wire(part.text)}>`;
    case 'user':
      return `<@${part.user_id}>`;
    case 'channel':
      return `<#${part.channel_id}>`;
    case 'usergroup':
      return `<!subteam^${part.usergroup_id}>`;
    case 'broadcast':
      return `<!${part.range}>`;
    case 'emoji':
      return emojiOf(part.name);
  }
};

const line = (parts: readonly Inline[]): string => parts.map(ofInline).join('');
const plain = (parts: readonly Inline[]): string =>
  parts
    .map((part) => (part.type === 'text' ? wire(part.text) : part.type === 'link' ? wire(part.url) : ofInline(part)))
    .join('');

const ofElement = (part: Element): string => {
  switch (part.type) {
    case 'rich_text_section':
      return line(part.elements).replace(/\n$/, '');
    case 'rich_text_quote':
      return line(part.elements)
        .split('\n')
        .map((each) => `&gt; ${each}`)
        .join('\n');
    case 'rich_text_preformatted':
      return `\`\`\`${part.language ?? ''}\n${plain(part.elements).replace(/\n$/, '')}\n\`\`\``;
    case 'rich_text_list': {
      const by = '  '.repeat(part.indent ?? 0);
      const bullet = (i: number): string => (part.style === 'bullet' ? '-' : `${(part.offset ?? 0) + i + 1}.`);
      return part.elements.map(({ elements }, i) => `${by}${bullet(i)} ${line(elements)}`).join('\n');
    }
  }
};

const isStyled = (part: Inline): boolean => 'style' in part && Object.values(part.style ?? {}).includes(true);

/**
 * What a message says as Markdown, mentions and links still as on the wire; undefined where nothing in it is formatted (the
 * text says it all, as it was typed) or it is of a shape that we do not know.
 */
export const richText = (blocks: unknown): string | undefined => {
  const parsed = z.array(block).safeParse(blocks);
  if (!parsed.success) return undefined;
  const elements = parsed.data.flatMap((each) => each.elements);
  const isPlain = elements.every((each) => each.type === 'rich_text_section' && !each.elements.some(isStyled));
  return isPlain ? undefined : elements.map(ofElement).join('\n');
};
