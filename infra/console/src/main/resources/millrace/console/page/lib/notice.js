// Short sentences about what was done, at the lower edge of the page.
const MOST = 4;
const SHOWN_MS = 8000;

/** @param kind ok, warn, bad or unknown */
export function notice(sentence, kind = 'ok') {
  const place = document.getElementById('notices');
  const item = document.createElement('p');
  item.className = `notice ${kind}`;
  item.textContent = sentence;
  place.append(item);
  while (place.children.length > MOST) {
    place.firstElementChild.remove();
  }
  setTimeout(() => item.remove(), SHOWN_MS);
}
