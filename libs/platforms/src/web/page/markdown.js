/** Markdown to safe HTML. What agents write is hostile until proven otherwise: nothing in it runs, nothing is fetched. */
import DOMPurify from './vendor/dompurify.js';
import { marked } from './vendor/marked.js';

marked.setOptions({ gfm: true, breaks: true });

// An image from elsewhere would tell its server what was said (exfiltration by link preview): it becomes a link.
DOMPurify.addHook('uponSanitizeElement', (node, { tagName }) => {
  if (tagName !== 'img' || !node.parentNode) return;
  const link = document.createElement('a');
  link.href = node.getAttribute('src') ?? '';
  link.textContent = node.getAttribute('alt') || node.getAttribute('src') || 'image';
  node.parentNode.replaceChild(link, node);
});
DOMPurify.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName !== 'A') return;
  node.setAttribute('target', '_blank');
  node.setAttribute('rel', 'noopener noreferrer nofollow');
});

const RULES = {
  ALLOWED_TAGS:
    'a b blockquote br code del em h1 h2 h3 h4 h5 h6 hr i li ol p pre s strong sub sup table tbody td th thead tr ul input'.split(
      ' ',
    ),
  ALLOWED_ATTR: ['href', 'class', 'start', 'align', 'type', 'checked', 'disabled'],
  ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
};

const copyButton = (code) => {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(code.textContent ?? '');
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = 'Copy'), 1500);
  });
  return button;
};

/** Fills an element with rendered Markdown; code blocks get their language and a button to copy them. */
export const renderMarkdown = (element, markdown) => {
  element.innerHTML = DOMPurify.sanitize(marked.parse(markdown), RULES);
  for (const code of element.querySelectorAll('pre > code')) {
    const language = /language-(\S+)/.exec(code.className)?.[1];
    const pre = code.parentElement;
    const frame = document.createElement('div');
    frame.className = 'code';
    if (language) frame.dataset.language = language;
    pre.tabIndex = 0;
    pre.replaceWith(frame);
    frame.append(copyButton(code), pre);
  }
};
