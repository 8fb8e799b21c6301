// Calls of the console's server.

/** An answer that is not a success; the message is a sentence for the person. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

// The browser has the cookie for a path that only pages of this console know: other ports of this host share its cookies.
const known = location.pathname.match(/^\/s\/[0-9a-f]+/)?.[0];
if (known) {
  remember(known);
  history.replaceState(history.state, '', `/${location.hash}`);
}

/** Keeps the path of a session for the pages of this console. */
export function remember(path) {
  localStorage.setItem('session', path);
}

/** An address on the console's server, for which the browser sends the cookie. */
export const address = (path) => (localStorage.getItem('session') ?? '') + path;

async function call(method, path, body) {
  const response = await fetch(address(path), {
    method,
    headers: method === 'GET' ? {} : { 'Content-Type': 'application/json', 'X-Console': '1' },
    body: body === undefined ? undefined : JSON.stringify(body),
  }).catch(() => {
    throw new Refused(0, 'The console does not answer: is bin/up still running?');
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Refused(response.status, answer.detail || `The console answers ${response.status}.`);
  }
  return answer;
}

export const get = (path) => call('GET', path);
export const post = (path, body = {}) => call('POST', path, body);
