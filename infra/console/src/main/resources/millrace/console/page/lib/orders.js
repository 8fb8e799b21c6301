// What the views of orders and of dead letters share.
import { html } from '/lib/lit-html.js';

const KINDS = {
  accepted: 'unknown', paid: 'ok', shipped: 'ok', delivered: 'ok', cancelled: 'warn', refunded: 'warn',
  rejected: 'bad', 'on-account': 'warn', erased: 'unknown', refused: 'bad',
  dead: 'bad', parked: 'warn', applied: 'ok', discarded: 'unknown',
};

export const STATUSES = ['accepted', 'paid', 'shipped', 'delivered', 'cancelled', 'refunded', 'rejected', 'on-account'];

const EVENTS = {
  OrderAccepted: 'accepted', OrderRejected: 'rejected', OrderPaid: 'paid', OrderShipped: 'shipped',
  OrderDelivered: 'delivered', OrderRefunded: 'refunded', OrderCancelled: 'cancelled', OrderErased: 'erased',
  TransitionRefused: 'refused',
};

/** A word for the type of an event: OrderPaid is paid. */
export const eventWord = (type) => EVENTS[type] || type;

export const statusBadge = (word) => html`<span class="badge ${KINDS[word] || 'unknown'}">${word}</span>`;

/** Address of the page of an order. */
export function orderLink(id) {
  const slash = id.indexOf('/');
  return slash < 0
    ? `#/orders/${encodeURIComponent(id)}`
    : `#/orders/${encodeURIComponent(id.slice(0, slash))}/${encodeURIComponent(id.slice(slash + 1))}`;
}

/** Path of an order below /api/orders/order/. */
export function orderPath(id) {
  const slash = id.indexOf('/');
  return `/api/orders/order/${encodeURIComponent(id.slice(0, slash))}/${encodeURIComponent(id.slice(slash + 1))}`;
}

/**
 * Asks before something is done: { title, text, command, confirm, danger }. The dialog says what will happen; done is
 * called where the person agrees.
 */
export class Confirmation {
  #view;
  #asked;

  constructor(view) {
    this.#view = view;
  }

  ask(question, done) {
    this.#asked = { ...question, done };
    this.#view.update();
    // After the frame in which the dialog is rendered.
    requestAnimationFrame(() => this.#view.querySelector('dialog')?.showModal());
  }

  template() {
    const asked = this.#asked;
    return html`<dialog aria-labelledby="question" @close=${() => this.#closed()}>
      <h2 id="question">${asked?.title ?? 'Sure?'}</h2>
      <p>${asked?.text}</p>
      <p class="soft"><code>${asked?.command}</code></p>
      <div class="row">
        <button type="button" class=${asked?.danger ? 'danger' : ''} data-confirm @click=${() => this.#agree()}>
          ${asked?.confirm ?? 'Yes'}
        </button>
        <button type="button" class="quiet" @click=${() => this.#view.querySelector('dialog').close()}>Leave it</button>
      </div>
    </dialog>`;
  }

  #agree() {
    const done = this.#asked?.done;
    this.#view.querySelector('dialog').close();
    done?.();
  }

  #closed() {
    this.#asked = undefined;
    this.#view.update();
  }
}

/** Questions of one kind, several of which may be open: an answer that comes behind that of a later one is old. */
export class Questions {
  #asked = 0;
  #answered = 0;

  /** Returns the number of a new question. */
  ask() {
    return ++this.#asked;
  }

  /** Takes the answer of a question; false where it is old. */
  isNews(question) {
    this.#answered = Math.max(this.#answered, question);
    return question === this.#answered;
  }
}

/** Calls a function every so often while the page is seen; the caller stops it. */
export function whileSeen(milliseconds, action) {
  const timer = setInterval(() => document.visibilityState === 'visible' && action(), milliseconds);
  return { stop: () => clearInterval(timer) };
}
