// The shell of all pages: navigation, theme, and the view that the address names.
import { html, render } from '/lib/lit-html.js';
import { get, post, remember } from '/lib/api.js';
import { stream } from '/lib/stream.js';
import { notice } from '/lib/notice.js';

/** Titles of the views, in groups. A view that the server does not name is not there. */
const GROUPS = [
  ['See', { mill: 'The mill', event: 'One event', numbers: 'Live numbers' }],
  ['Kafka', { consumers: 'Consumers', partitions: 'Partitions and keys' }],
  ['Orders', { orders: 'Orders', 'dead-letters': 'Dead letters' }],
  ['Trust', { replay: 'Replay', ledger: 'Ledger', proof: 'Proof' }],
  ['Operate', { faults: 'Faults', house: 'House' }],
];
const TITLES = Object.assign({}, ...GROUPS.map(([, views]) => views));

const main = document.getElementById('view');
let available = [];
let shown = '';

function navigation(current) {
  return GROUPS.map(([group, views]) => {
    const there = Object.keys(views).filter((name) => available.includes(name));
    return there.length === 0
      ? ''
      : html`<h2>${group}</h2>
          <ul>
            ${there.map(
              (name) =>
                html`<li><a href="#/${name}" aria-current=${name === current ? 'page' : 'false'}>${views[name]}</a></li>`,
            )}
          </ul>`;
  });
}

/** A text that somebody typed may have a % that encodes nothing: it stays as it is. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Shows the view of the address, #/NAME or #/NAME/ARGUMENT; the argument is the view's. */
async function show() {
  const asked = location.hash.split('/')[1] ?? '';
  const name = available.includes(asked) ? asked : available[0];
  render(navigation(name), document.getElementById('navigation'));
  if (!name) {
    render(html`<p class="empty">There is nothing to show: this console knows no service.</p>`, main);
    return;
  }
  document.title = `${TITLES[name]} · Millrace`;
  if (shown !== name) {
    shown = name;
    stream.close();
    await import(`/views/${name}.js`);
    if (shown !== name) {
      return; // Another view was chosen meanwhile.
    }
    main.replaceChildren(document.createElement(`${name}-view`));
  }
  const view = main.querySelector(`:scope > ${name}-view`); // None yet, where it is still loaded for an earlier address.
  if (view) {
    view.argument = decoded(location.hash.split('/').slice(2).join('/'));
  }
}

function showTheme() {
  const dark = document.documentElement.dataset.theme === 'dark';
  document.getElementById('theme').textContent = dark ? 'Light' : 'Dark';
}

document.getElementById('theme').addEventListener('click', () => {
  const root = document.documentElement;
  root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
  localStorage.setItem('theme', root.dataset.theme);
  showTheme();
  dispatchEvent(new Event('themechange'));
});

stream.onstate = (state) => {
  const badge = document.getElementById('connection');
  badge.textContent = state;
  badge.style.visibility = state === 'idle' ? 'hidden' : 'visible';
  badge.className = `badge ${state === 'live' ? 'ok' : state === 'paused' ? 'unknown' : 'warn'}`;
};

/** Asks for an API key where the console has none: on a PaaS. Elsewhere a command prints the way in. */
async function askForKey(reason) {
  const submit = async (event) => {
    event.preventDefault();
    try {
      const { path } = await post('/session', { key: new FormData(event.target).get('key') });
      remember(path);
      location.reload();
    } catch (error) {
      notice(error.message, 'bad');
    }
  };
  const { typed } = await get('/session');
  render(
    html`<section class="panel narrow">
      <h1>Open the console</h1>
      <p>${reason}</p>
      ${typed
        ? html`<form @submit=${submit}>
            <label>API key of a reader <input name="key" type="password" autocomplete="off" required /></label>
            <button>Open</button>
          </form>`
        : ''}
    </section>`,
    main,
  );
}

try {
  const console = await get('/api/console');
  available = console.views;
  document.documentElement.dataset.local = console.local;
  addEventListener('hashchange', show);
  showTheme();
  await show();
} catch (error) {
  stream.onstate('closed');
  if (error.status === 401) {
    await askForKey(error.message);
  } else {
    render(html`<p class="notice bad">${error.message}</p>`, main);
  }
}
