// Shared by all pages of a browser: one connection with the feeds that any of them shows.
const pages = new Map(); // port -> names of feeds
const last = new Map(); // feed -> last message
let source;
let listening = '';
let address = '/stream';
let state = 'connecting';

const wanted = () => [...new Set([...pages.values()].flat())].sort();

function tell(message) {
  for (const [port, feeds] of pages) {
    if (!message.feed || feeds.includes(message.feed)) {
      port.postMessage(message);
    }
  }
}

function setState(next) {
  if (state !== next) {
    state = next;
    tell({ state });
  }
}

function listen() {
  const feeds = wanted().join(',');
  if (feeds === listening) {
    return;
  }
  listening = feeds;
  source?.close();
  for (const feed of last.keys()) {
    if (!wanted().includes(feed)) {
      last.delete(feed);
    }
  }
  if (feeds === '') {
    source = undefined;
    return;
  }
  source = new EventSource(`${address}?feeds=${encodeURIComponent(feeds)}`);
  source.onopen = () => setState('live');
  source.onerror = () => {
    setState('reconnecting');
    // A refused stream is not tried again by the browser.
    if (source?.readyState === EventSource.CLOSED) {
      listening = '';
      setTimeout(listen, 2000);
    }
  };
  for (const feed of wanted()) {
    source.addEventListener(feed, (event) => {
      const message = { feed, ...JSON.parse(event.data) };
      last.set(feed, message);
      tell(message);
    });
  }
}

onconnect = ({ ports: [port] }) => {
  pages.set(port, []);
  port.onmessage = ({ data }) => {
    if (data.gone) {
      pages.delete(port);
    } else {
      pages.set(port, data.feeds);
      address = data.address;
      port.postMessage({ state });
      data.feeds.filter((feed) => last.has(feed)).forEach((feed) => port.postMessage(last.get(feed)));
    }
    listen();
  };
};
