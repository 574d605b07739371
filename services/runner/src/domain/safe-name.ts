/** In UTF-16 units: at most 240 bytes, and file systems take 255. */
const LONGEST = 80;

/** A file name that means nothing but itself: no folders, no control characters, not hidden, at most 80 characters. */
export const safeName = (name: string): string => {
  const plain = name
    .normalize('NFC')
    .toWellFormed()
    .replace(/[\p{C}/\\:*?"<>|]/gu, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  if (plain === '') return 'file';
  const [, stem = plain, extension = ''] = /^(.+?)(\.[^.]{1,16})?$/s.exec(plain) ?? [];
  const kept = stem.slice(0, LONGEST - extension.length).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept}${extension}`;
};

/** `name`, or `name (2)`, `name (3)` …: the first that is not taken. */
export const numberedName = (name: string, taken: (name: string) => boolean): string => {
  if (!taken(name)) return name;
  const [, stem = name, extension = ''] = /^(.+?)(\.[^.]{1,16})?$/s.exec(name) ?? [];
  for (let count = 2; ; count += 1) {
    const candidate = `${stem} (${count})${extension}`;
    if (!taken(candidate)) return candidate;
  }
};

const TYPES: Record<string, string> = {
  csv: 'text/csv',
  gif: 'image/gif',
  html: 'text/html',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json',
  md: 'text/markdown',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain',
  webp: 'image/webp',
  zip: 'application/zip',
};

/** The media type that a file's name suggests. */
export const mediaTypeOf = (name: string): string => {
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  return (Object.hasOwn(TYPES, extension) ? TYPES[extension] : undefined) ?? 'application/octet-stream';
};
