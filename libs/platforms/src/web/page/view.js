/** From records to elements. */
import { fileUrl } from './api.js';
import { renderMarkdown } from './markdown.js';

const element = (tag, props = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), props);
  made.append(...children);
  return made;
};

const size = (bytes) =>
  bytes < 1024
    ? `${bytes} B`
    : bytes < 1024 ** 2
      ? `${Math.round(bytes / 1024)} kB`
      : `${(bytes / 1024 ** 2).toFixed(1)} MB`;

const fileView = (thread, { id, name, size: bytes }) => {
  const label = `${name} · ${size(bytes)}`;
  return id === undefined
    ? element('span', { className: 'file', textContent: label })
    : element('a', { className: 'file', href: fileUrl(thread, id), textContent: label, download: name });
};

const REACTIONS = ['👍', '👎', '🛑'];

/** The reactions that stand, and those that may be given; pressing a standing one takes it back. */
const reactionRow = (reactions, onReact) => {
  const row = element('div', { className: 'reactions' });
  for (const emoji of new Set([...reactions, ...REACTIONS])) {
    const isOn = reactions.includes(emoji);
    const words = { '👍': 'Good', '👎': 'Not good', '🛑': 'Stop' }[emoji] ?? emoji;
    const button = element('button', { type: 'button', textContent: emoji, title: words, ariaLabel: words });
    button.setAttribute('aria-pressed', String(isOn));
    button.addEventListener('click', () => onReact(emoji, !isOn));
    row.append(button);
  }
  return row;
};

/** A form in place of the buttons, for one that asks for words. */
const askFor = (prompt, row, onText) => {
  const input = element('input', {
    type: 'text',
    placeholder: prompt,
    ariaLabel: prompt,
    required: true,
    maxLength: 4000,
  });
  const form = element(
    'form',
    { className: 'buttons' },
    input,
    element('button', { type: 'submit', className: 'primary', textContent: 'Send' }),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    onText(input.value);
  });
  row.replaceWith(form);
  input.focus();
};

/**
 * Makes an element show a message as it stands now. `onPress` is told a button's value (and what was typed), `onReact` an
 * emoji and whether it is to stand, `onEdit` that a person wants to change their words.
 */
export const showMessage = (item, message, reactions, { onPress, onReact, onEdit }) => {
  item.className = `message ${message.author}${message.status === undefined ? '' : ' live'}${message.failed ? ' failed' : ''}`;
  item.dataset.id = message.id;
  const body = element('div', { className: 'body' });
  if (message.author === 'bot') renderMarkdown(body, message.text);
  else body.textContent = message.text;
  const parts = [body];
  if (message.files.length > 0)
    parts.push(element('div', { className: 'files' }, ...message.files.map((file) => fileView(message.thread, file))));
  if (message.status !== undefined) parts.push(element('div', { className: 'status', textContent: message.status }));
  if (message.buttons.length > 0) {
    const row = element('div', { className: 'buttons' });
    for (const { label, value, style, prompt } of message.buttons) {
      const button = element('button', { type: 'button', className: style, textContent: label });
      button.addEventListener('click', async () => {
        if (prompt !== undefined) return askFor(prompt, row, (text) => onPress(value, text));
        for (const other of row.children) other.disabled = true;
        await onPress(value).catch(() => {
          for (const other of row.children) other.disabled = false;
        });
      });
      row.append(button);
    }
    parts.push(row);
  }
  if (message.author === 'bot') parts.push(reactionRow(reactions, onReact));
  else if (!message.failed && !message.text.startsWith('/claude')) {
    const edit = element('button', { type: 'button', className: 'link edit', textContent: 'Edit' });
    edit.addEventListener('click', onEdit);
    parts.push(element('div', { className: 'meta' }, message.edited === undefined ? '' : 'edited ', edit));
  }
  item.replaceChildren(...parts);
};

/** A thread in the list. */
export const threadItem = ({ thread, title, closed }, current, onOpen) => {
  const button = element('button', { type: 'button', textContent: title || 'New thread' });
  if (closed) button.classList.add('closed');
  if (thread === current) button.setAttribute('aria-current', 'page');
  button.addEventListener('click', () => onOpen(thread));
  return element('li', {}, button);
};

/** A file that is about to be sent, with a way to leave it out. */
export const attachedItem = (file, onRemove) => {
  const remove = element('button', { type: 'button', textContent: '×', ariaLabel: `Leave ${file.name} out` });
  remove.addEventListener('click', onRemove);
  return element('li', {}, `${file.name} · ${size(file.size)} `, remove);
};
