import type { PromptBlock } from '../adapters/agent-process.ts';
import { messageContext, recoveryPrompt, type GivenFile } from '../domain/words-to-agent.ts';

type Ports = {
  /** A file's bytes in base64, or undefined where it is larger than what an agent is shown at once. */
  readImage: (path: string) => Promise<string | undefined>;
};

const IMAGE = /^image\/(png|jpeg|gif|webp)$/;

/** What is said to the agent for one turn: the words first (so that an agent's own slash commands work), then what came with them. */
export const promptBlocks =
  ({ readImage }: Ports) =>
  async (turn: {
    text: string;
    author: string | undefined;
    files: readonly GivenFile[];
    recovering: boolean;
    instructions: string | undefined;
    takesImages: boolean;
  }): Promise<PromptBlock[]> => {
    // No model takes empty words.
    const text = turn.text.trim() === '' ? 'Look at the attached files.' : turn.text;
    const words = turn.recovering ? recoveryPrompt(text) : text;
    const blocks: PromptBlock[] = [
      { type: 'text', text: turn.instructions === undefined ? words : `${turn.instructions}\n\n${words}` },
    ];
    for (const { path, mediaType } of turn.takesImages ? turn.files : []) {
      const data = path !== undefined && IMAGE.test(mediaType) ? await readImage(path) : undefined;
      if (data !== undefined) blocks.push({ type: 'image', data, mimeType: mediaType });
    }
    const context = messageContext(turn);
    return context === undefined ? blocks : [...blocks, { type: 'text', text: context }];
  };
