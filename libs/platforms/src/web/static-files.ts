import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const page = (name: string): string => fileURLToPath(new URL(`page/${name}`, import.meta.url));
const vendor = (specifier: string): string => fileURLToPath(import.meta.resolve(specifier));

/** Every file of the page, by its path: an allow-list, so that no path can lead anywhere else. */
const FILES: Record<string, { path: string; type: string }> = {
  '/': { path: page('index.html'), type: 'text/html; charset=utf-8' },
  '/page/style.css': { path: page('style.css'), type: 'text/css; charset=utf-8' },
  '/page/app.js': { path: page('app.js'), type: 'text/javascript; charset=utf-8' },
  '/page/api.js': { path: page('api.js'), type: 'text/javascript; charset=utf-8' },
  '/page/markdown.js': { path: page('markdown.js'), type: 'text/javascript; charset=utf-8' },
  '/page/view.js': { path: page('view.js'), type: 'text/javascript; charset=utf-8' },
  '/page/icon.svg': { path: page('icon.svg'), type: 'image/svg+xml' },
  '/page/vendor/marked.js': { path: vendor('marked'), type: 'text/javascript; charset=utf-8' },
  '/page/vendor/dompurify.js': { path: vendor('dompurify'), type: 'text/javascript; charset=utf-8' },
};

/** Nothing from elsewhere, no inline code, no frame around us, no referrer, no sniffing. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** A file of the page, or undefined. */
export const staticFile = async (path: string): Promise<Response | undefined> => {
  const file = Object.hasOwn(FILES, path) ? FILES[path] : undefined;
  if (!file) return undefined;
  return new Response(await readFile(file.path), {
    headers: { 'content-type': file.type, 'cache-control': 'no-cache' },
  });
};
