/** The page's side of the API that API.md describes. */

const call = async (method, path, body) => {
  const isForm = body instanceof FormData;
  const response = await fetch(`/web/api${path}`, {
    method,
    headers: body === undefined || isForm ? {} : { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok)
    throw Object.assign(new Error(answer.error ?? `HTTP ${response.status}`), { status: response.status });
  return answer;
};

export const me = () => call('GET', '/me');
export const login = (token) => call('POST', '/login', { token });
export const logout = () => call('POST', '/logout', {});
export const press = (thread, value, text) =>
  call('POST', `/threads/${thread}/presses`, {
    id: crypto.randomUUID(),
    value,
    ...(text === undefined ? {} : { text }),
  });
export const change = (thread, message, text) =>
  call('PUT', `/threads/${thread}/messages/${message}`, { id: crypto.randomUUID(), text });
export const react = (thread, message, emoji) =>
  call('POST', `/threads/${thread}/messages/${message}/reactions`, { id: crypto.randomUUID(), emoji });
export const unreact = (thread, message, emoji) =>
  call('DELETE', `/threads/${thread}/messages/${message}/reactions/${encodeURIComponent(emoji)}`);

/** Sends a message; with the same id it can be sent again and is taken once. */
export const say = (thread, { id, text, files }) => {
  if (files.length === 0) return call('POST', `/threads/${thread}/messages`, { id, text });
  const form = new FormData();
  form.set('id', id);
  form.set('text', text);
  for (const file of files) form.append('file', file);
  return call('POST', `/threads/${thread}/messages`, form);
};

export const fileUrl = (thread, file) => `/web/api/threads/${thread}/files/${file}`;

/** Listens to the list of threads and to one thread. The browser reconnects and resumes by itself. */
export const listen = (thread, { onRecord, onReady, onState }) => {
  const source = new EventSource(`/web/api/events${thread === undefined ? '' : `?thread=${thread}`}`);
  source.addEventListener('message', ({ data }) => onRecord(JSON.parse(data)));
  source.addEventListener('ready', () => onReady());
  source.addEventListener('open', () => onState(true));
  source.addEventListener('error', () => {
    onState(false);
    // A refused stream (logged out, say) is not tried again by the browser.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => me().catch(() => location.reload()), 3000);
  });
  return () => source.close();
};
