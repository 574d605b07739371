import { getMimeType } from 'hono/utils/mime';
import type { IncomingFile } from '../port.ts';
import type { LineMessage } from './events.ts';
import type { OpenFile } from './incoming.ts';

/** What LINE makes of what people send: it converts pictures, films and sound, and tells no names. */
const kinds = {
  image: ['.jpg', 'image/jpeg'],
  video: ['.mp4', 'video/mp4'],
  audio: ['.m4a', 'audio/mp4'],
} as const;

const safeName = (name: string): string =>
  name
    .replaceAll(/[\p{Cc}/\\]/gu, '_')
    .slice(-200)
    .toWellFormed();

/** The file in a message. LINE tells the type of none, so a file's is read from its name's ending. */
export const fileOf = (
  message: Extract<LineMessage, { type: 'image' | 'video' | 'audio' | 'file' }>,
  open: OpenFile,
): IncomingFile => {
  if (message.type !== 'file') {
    const [ending, mediaType] = kinds[message.type];
    return { name: `${message.type}-${message.id}${ending}`, mediaType, size: undefined, open: open(message.id) };
  }
  const name = safeName(message.fileName) || `file-${message.id}`;
  const mediaType = getMimeType(name)?.replace(/;.*$/, '') ?? 'application/octet-stream';
  return { name, mediaType, size: message.fileSize, open: open(message.id) };
};
