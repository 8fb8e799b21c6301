// The one stream of this page. Pages of one browser share a connection through a worker, because a browser opens six
// connections to a server at most.
import { address } from '/lib/api.js';

const policy = globalThis.trustedTypes?.createPolicy('console', {
  createScriptURL: (url) => {
    if (url !== '/stream-worker.js') {
      throw new TypeError(`No worker has the address ${url}.`);
    }
    return url;
  },
});

class Stream {
  onstate = () => {};
  #listener = () => {};
  #feeds = [];
  #port;

  /** Listens to feeds; those of before are left. The listener gets the name, the value, and a sentence if there is none. */
  open(feeds, listener) {
    this.#feeds = feeds;
    this.#listener = listener;
    this.#ask();
  }

  close() {
    this.open([], () => {});
  }

  /** While the page is hidden nothing is sent for it. */
  #ask() {
    this.#port ??= this.#connect();
    const hidden = document.visibilityState === 'hidden';
    this.#port.postMessage({ feeds: hidden ? [] : this.#feeds, address: address('/stream') });
    if (hidden || this.#feeds.length === 0) {
      this.onstate(hidden ? 'paused' : 'idle');
    }
  }

  #connect() {
    const url = policy ? policy.createScriptURL('/stream-worker.js') : '/stream-worker.js';
    const { port } = new SharedWorker(url, { name: 'console-stream' });
    port.onmessage = ({ data }) => {
      if (data.state) {
        this.onstate(this.#feeds.length === 0 ? 'idle' : data.state);
      } else if (this.#feeds.includes(data.feed)) {
        this.#listener(data.feed, data.value, data.error);
      }
    };
    addEventListener('pagehide', () => port.postMessage({ feeds: [], gone: true }));
    addEventListener('pageshow', (event) => event.persisted && this.#ask());
    document.addEventListener('visibilitychange', () => this.#ask());
    return port;
  }
}

export const stream = new Stream();
