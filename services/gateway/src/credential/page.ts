/** The page on which somebody puts in a credential of their own; one file, nothing from elsewhere. */
export const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Threadbox: your own key</title>
<link rel="stylesheet" href="/credential/style.css">
<main>
  <h1>Your own key to the model</h1>
  <p>It is kept encrypted and used for your sessions only. No sandbox ever sees it, and nobody can read it here again.</p>
  <form>
    <label for="value">An API key, or what <code>claude setup-token</code> prints</label>
    <input id="value" name="value" type="password" autocomplete="off" spellcheck="false" required maxlength="500" autofocus>
    <button>Keep it</button>
  </form>
  <p role="status" aria-live="polite"></p>
</main>
<script src="/credential/page.js"></script>
`;

/** Sends what was put in, with the code behind the address's #, which no server was sent. */
export const SCRIPT = `const form = document.querySelector('form');
const status = document.querySelector('[role=status]');
const code = location.hash.slice(1);
// Not to be found again in the history, nor read over a shoulder.
history.replaceState(null, '', location.pathname);

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = form.querySelector('button');
  button.disabled = true;
  status.textContent = 'One moment …';
  try {
    const response = await fetch('/credential', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code, value: form.elements.value.value.trim() }),
    });
    status.textContent = await response.text();
    if (response.ok) form.remove();
    else button.disabled = false;
  } catch {
    status.textContent = 'That could not be sent. Is there a connection? Try again.';
    button.disabled = false;
  }
});
`;

export const STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; min-height: 100vh; place-items: center; }
main { width: min(32rem, calc(100vw - 3rem)); }
h1 { font-size: 1.4rem; }
form { display: grid; gap: 0.6rem; }
input, button { font: inherit; padding: 0.6rem 0.8rem; border-radius: 0.5rem; border: 1px solid GrayText; }
button { cursor: pointer; background: #2b5fd9; color: #fff; border-color: transparent; }
button:disabled { opacity: 0.6; cursor: default; }
[role=status] { min-height: 1.5em; font-weight: 600; }
`;
