// What every view is: an element that shows the last values of its feeds.
import { html, render } from '/lib/lit-html.js';
import { stream } from '/lib/stream.js';
import { notice } from '/lib/notice.js';

export { html, render, notice };
export { nothing, svg } from '/lib/lit-html.js';
export { get, post, Refused } from '/lib/api.js';

/**
 * A view. A subclass says its feeds and overrides template(); it may override opened() and closed(). Its content is in
 * the document itself, so that the styles of the page hold.
 */
export class View extends HTMLElement {
  /** Names of feeds, of which data has the last value each and errors the sentence where there is none. */
  static feeds = [];
  data = {};
  errors = {};
  #argument = '';
  #due = false;

  /** Rest of the address after #/NAME/. */
  get argument() {
    return this.#argument;
  }

  set argument(value) {
    if (value !== this.#argument) {
      this.#argument = value;
      this.argumentChanged();
      this.update();
    }
  }

  connectedCallback() {
    this.listen(this.constructor.feeds);
    this.opened();
    this.update();
  }

  /** Listens to other feeds from now on. */
  listen(feeds) {
    stream.open(feeds, (feed, value, error) => {
      if (error) {
        this.errors[feed] = error;
      } else {
        delete this.errors[feed];
        this.data[feed] = value;
      }
      this.received(feed);
      this.update();
    });
  }

  disconnectedCallback() {
    this.closed();
  }

  opened() {}
  closed() {}
  argumentChanged() {}
  received() {}

  /** Returns the content, as a lit-html template. */
  template() {
    return html``;
  }

  /** Shows the content anew, with the next frame. */
  update() {
    if (!this.#due) {
      this.#due = true;
      requestAnimationFrame(() => {
        this.#due = false;
        if (this.isConnected) {
          render(this.template(), this);
        }
      });
    }
  }

  /** Does something for the person: a failure is shown, and the view is updated afterwards. */
  async attempt(action, success) {
    try {
      const result = await action();
      if (success) {
        notice(success);
      }
      return result;
    } catch (error) {
      notice(error.message, 'bad');
      return undefined;
    } finally {
      this.update();
    }
  }
}

/** The sentences of the feeds that have failed. */
export function failures(view) {
  return Object.values(view.errors).map((sentence) => html`<p class="notice bad">${sentence}</p>`);
}
