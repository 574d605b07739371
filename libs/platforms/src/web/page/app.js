/** The chat page: state, and what happens when. */
import * as api from './api.js';
import { attachedItem, showMessage, threadItem } from './view.js';

const $ = (id) => document.getElementById(id);
const threads = new Map();
let current;
let messages = new Map();
let items = new Map();
let reactions = new Map();
let editing;
let attached = [];
let hangUp = () => undefined;
let frame = 0;

// ── Scrolling: follow the newest only while the reader is there.
const scroller = $('messages');
const isAtEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
const toEnd = () => scroller.scrollTo({ top: scroller.scrollHeight });
scroller.addEventListener('scroll', () => ($('newest').hidden = isAtEnd()));
$('newest').addEventListener('click', toEnd);

// ── Drawing: at most once a frame, only what changed.
const changed = new Set();
const draw = () => {
  frame = 0;
  const follow = isAtEnd();
  for (const id of changed) {
    const message = messages.get(id);
    if (!message) {
      items.get(id)?.remove();
      items.delete(id);
      continue;
    }
    let item = items.get(id);
    if (!item) {
      item = document.createElement('li');
      items.set(id, item);
      const later = [...messages.values()].filter((other) => other.created > message.created && items.has(other.id));
      const next = later.toSorted((a, b) => a.created - b.created)[0];
      $('list').insertBefore(item, next ? items.get(next.id) : null);
    }
    showMessage(item, message, reactions.get(id) ?? [], {
      onPress: (value, text) => api.press(current, value, text),
      onReact: (emoji, on) => (on ? api.react : api.unreact)(current, id, emoji),
      onEdit: () => edit(messages.get(id)),
    });
    if (message.failed) {
      const retry = Object.assign(document.createElement('button'), {
        type: 'button',
        className: 'link',
        textContent: 'Not sent. Try again',
      });
      retry.addEventListener('click', () => send(message));
      item.append(retry);
    }
  }
  changed.clear();
  $('empty').hidden = messages.size > 0;
  if (follow) toEnd();
  else $('newest').hidden = false;
};
const touch = (id) => {
  changed.add(id);
  frame ||= requestAnimationFrame(draw);
};

const drawThreads = () => {
  const sorted = [...threads.values()].toSorted((a, b) => b.created - a.created);
  $('thread-list').replaceChildren(...sorted.map((thread) => threadItem(thread, current, open)));
  const title = threads.get(current)?.title || 'New thread';
  $('title').textContent = title;
  document.title = `${title} · Threadbox`;
};

// ── What arrives.
const onRecord = (record) => {
  if (record.type === 'thread') {
    threads.set(record.thread, record);
    drawThreads();
    if (record.thread === current && record.closed) {
      for (const id of messages.keys()) {
        if (id === record.closed.keep) continue;
        messages.delete(id);
        touch(id);
      }
    }
    return;
  }
  if (record.thread !== current) return;
  if (record.type === 'reactions') {
    reactions.set(record.message, record.emojis);
    touch(record.message);
    return;
  }
  messages.set(record.id, record);
  touch(record.id);
};
const onState = (connected) => ($('offline').hidden = connected);

// ── What the person does.
const open = (thread = crypto.randomUUID()) => {
  hangUp();
  current = thread;
  messages = new Map();
  items = new Map();
  reactions = new Map();
  edit(undefined);
  $('list').replaceChildren();
  $('empty').hidden = false;
  drawThreads();
  closeMenu();
  history.replaceState(undefined, '', `#thread=${thread}`);
  hangUp = api.listen(thread, { onRecord, onReady: toEnd, onState });
  $('text').focus();
};

const send = async (message) => {
  const { failed: _failed, ...again } = message;
  messages.set(message.id, again);
  touch(message.id);
  try {
    await api.say(message.thread, { id: message.id, text: message.text, files: message.blobs ?? [] });
  } catch (error) {
    if (error.status === 401) return location.reload();
    // What it refused for good needs a word, what it could not take can be tried again.
    messages.set(message.id, {
      ...again,
      failed: true,
      ...(error.status === 413 ? { text: `${message.text}\n(too large)` } : {}),
    });
    touch(message.id);
  }
};

/** Puts a message's words into the composer, to be changed; undefined gives that up. */
const edit = (message) => {
  editing = message;
  $('editing').hidden = message === undefined;
  $('text').value = message?.text ?? '';
  grow();
  if (message) $('text').focus();
};

const submit = async () => {
  const text = $('text').value;
  if (editing) {
    const message = editing;
    if (text.trim() === '') return;
    edit(undefined);
    if (text !== message.text)
      await api.change(message.thread, message.id, text).catch(() => edit({ ...message, text }));
    return;
  }
  if (text.trim() === '' && attached.length === 0) return;
  const files = attached.map(({ name, type, size }) => ({ name, mediaType: type, size }));
  const message = {
    type: 'message',
    id: crypto.randomUUID(),
    thread: current,
    author: 'person',
    text,
    files,
    blobs: attached,
    buttons: [],
    created: Date.now(),
  };
  $('text').value = '';
  attached = [];
  drawAttached();
  grow();
  toEnd();
  void send(message);
};

const attach = (files) => {
  attached = [...attached, ...files].slice(0, 10);
  drawAttached();
};
const drawAttached = () =>
  $('attached').replaceChildren(
    ...attached.map((file) =>
      attachedItem(file, () => {
        attached = attached.filter((other) => other !== file);
        drawAttached();
      }),
    ),
  );
const grow = () => {
  const area = $('text');
  area.style.height = 'auto';
  area.style.height = `${Math.min(area.scrollHeight, 240)}px`;
};

const closeMenu = () => {
  document.body.classList.remove('menu');
  $('menu').setAttribute('aria-expanded', 'false');
};
$('menu').addEventListener('click', () => {
  const isOpen = document.body.classList.toggle('menu');
  $('menu').setAttribute('aria-expanded', String(isOpen));
});
$('stop-editing').addEventListener('click', () => edit(undefined));
$('new-thread').addEventListener('click', () => open());
$('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  void submit();
});
$('text').addEventListener('input', grow);
$('text').addEventListener('keydown', (event) => {
  if (event.key === 'ArrowUp' && $('text').value === '' && !editing) {
    const mine = [...messages.values()].filter(
      ({ author, text }) => author === 'person' && !text.startsWith('/claude'),
    );
    const last = mine.toSorted((a, b) => b.created - a.created)[0];
    if (last) {
      event.preventDefault();
      edit(last);
    }
    return;
  }
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  void submit();
});
$('text').addEventListener('paste', (event) => {
  if (event.clipboardData.files.length > 0) attach(event.clipboardData.files);
});
$('file').addEventListener('change', () => {
  attach($('file').files);
  $('file').value = '';
});
for (const name of ['dragover', 'drop']) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    if (name === 'drop' && !$('app').hidden) attach(event.dataTransfer.files);
  });
}
for (const hint of document.querySelectorAll('.hint')) {
  hint.addEventListener('click', () => {
    $('text').value = hint.textContent;
    void submit();
  });
}
document.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
    event.preventDefault();
    open();
  } else if (event.key === 'Escape') {
    closeMenu();
    if (editing) edit(undefined);
    $('text').focus();
  }
});
$('logout').addEventListener('click', async () => {
  await api.logout();
  location.reload();
});

// ── In.
const enter = ({ user }) => {
  $('login').hidden = true;
  $('app').hidden = false;
  $('user').textContent = user;
  open(/#thread=([A-Za-z0-9-]+)/.exec(location.hash)?.[1]);
};
$('login').addEventListener('submit', async (event) => {
  event.preventDefault();
  try {
    enter(await api.login($('token').value.trim()));
  } catch (error) {
    $('login-error').textContent = error.message;
  }
});

// A token in the fragment never reaches a server by the address; it is used once, and wiped from it.
const token = /#token=([^&]+)/.exec(location.hash)?.[1];
if (token) history.replaceState(undefined, '', '/');
try {
  enter(token ? await api.login(decodeURIComponent(token)) : await api.me());
} catch {
  $('login').hidden = false;
  $('token').focus();
}
