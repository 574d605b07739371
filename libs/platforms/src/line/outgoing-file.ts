import { LRUCache } from 'lru-cache';
import { Refused } from '../errors.ts';
import type { OutgoingFile, Shelf } from '../port.ts';
import { bubble, type toMessage } from './message.ts';

/** LINE shows a picture by its preview, which has at most 1 MB; the picture itself may have ten. We have no smaller one. */
const PREVIEW = 1_000_000;

const beginnings = [
  [0x89, 0x50, 0x4e, 0x47],
  [0xff, 0xd8, 0xff],
] as const;

/** A JPEG or a PNG by its first bytes: what it is called is no proof. */
const isPicture = ({ bytes }: OutgoingFile): boolean =>
  bytes.byteLength <= PREVIEW && beginnings.some((beginning) => beginning.every((byte, i) => bytes[i] === byte));

const sizeOf = (bytes: number): string =>
  bytes < 1000
    ? `${bytes} B`
    : bytes < 1_000_000
      ? `${Math.round(bytes / 1000)} kB`
      : `${(bytes / 1_000_000).toFixed(1)} MB`;

/** An address of a button has at most 1000 characters; who opens it gets the file under this name. */
const nameInAddress = (name: string): string => {
  const whole = encodeURIComponent(name.toWellFormed());
  return whole !== '' && whole.length <= 400 ? whole : `file${/\.\w{1,10}$/.exec(name)?.[0] ?? ''}`;
};

/** Puts files on the shelf and makes messages of them. Throws `Refused` where there is no address for the shelf. */
export const createFileMessages = (shelf: Shelf, publicUrl: string | undefined) => {
  const placed = new LRUCache<string, string>({ max: 1000 });

  const addressOf = async (file: OutgoingFile, key: string): Promise<string> => {
    const known = placed.get(key);
    if (known !== undefined) return known;
    const address = `${publicUrl}/shelf/${await shelf.put(file)}/${nameInAddress(file.name)}`;
    placed.set(key, address);
    return address;
  };

  return async (file: OutgoingFile, key: string): Promise<ReturnType<typeof toMessage>> => {
    if (publicUrl === undefined)
      throw new Refused(
        'LINE takes no files from bots, only addresses. Set PUBLIC_URL for the relay, so that files can be fetched there.',
      );
    const uri = await addressOf(file, key);
    if (isPicture(file)) return { type: 'image', originalContentUrl: uri, previewImageUrl: uri };
    const size = sizeOf(file.bytes.byteLength);
    const name = file.name.toWellFormed().trim() || 'file';
    return bubble(`${name} (${size})`, {
      body: [
        { type: 'text', text: name, wrap: true, weight: 'bold' },
        { type: 'text', text: size, size: 'sm', color: '#7A7A7A' },
      ],
      footer: [
        {
          type: 'button',
          height: 'sm',
          style: 'primary',
          color: '#06844B',
          action: { type: 'uri', label: 'Open', uri },
        },
      ],
    });
  };
};
