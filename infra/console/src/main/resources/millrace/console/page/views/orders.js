// Orders: the latest changes, all orders by id, and one order with its events and its state as of a moment.
import { View, html, nothing, get, post, failures } from '/lib/view.js';
import { count, moment, time } from '/lib/format.js';
import { Confirmation, Questions, STATUSES, eventWord, orderLink, orderPath, statusBadge, whileSeen } from '/lib/orders.js';

const REFRESHED_MS = 2000;
const PENDING_MS = 300;
const PATIENCE_MS = 30000;
const MOST_EVENTS = 100;

/** What the back office may ask for; the order decides. */
const ACTIONS = {
  pay: { label: 'Pay', amount: true, text: 'The customer has paid that amount.' },
  ship: { label: 'Ship', text: 'The order is on its way to the customer.' },
  deliver: { label: 'Deliver', text: 'The customer has the order.' },
  refund: { label: 'Refund', amount: true, text: 'That amount is paid back.' },
  cancel: { label: 'Cancel', reason: true, danger: true, text: 'The order is called off, and what was paid is paid back.' },
};

// fork: audit
/** Fields of a state, as order-state has them. */
const FIELDS = ['status', 'totalMinor', 'refundedMinor', 'currency', 'country', 'lines', 'charges', 'discrepancies', 'reasons',
  'placedAt', 'changedAt', 'version'];
// fork: end

class OrdersView extends View {
  static feeds = ['orders-latest'];
  #question = new Confirmation(this);
  #refresh;
  #fast;
  #shown;
  #filter = { status: '', country: '', discrepancies: '' };
  #pages = [''];
  #list;
  #refused = '';
  #one;
  #archive;
  #archiveRefused = '';
  #asking = false;
  #loads = new Questions();
  #readings = new Questions();
  #listOf;
  #reads;
  #at = -1;
  #amount = '';
  #reason = '';
  #request;
  #person;

  opened() {
    this.#refresh = whileSeen(REFRESHED_MS, () => this.#load());
    queueMicrotask(() => this.argumentChanged());
  }

  closed() {
    this.#refresh.stop();
    this.#fast?.stop();
  }

  argumentChanged() {
    if (this.#shown === this.argument || !this.isConnected) {
      return;
    }
    this.#shown = this.argument;
    this.#one = this.#archive = this.#reads = this.#request = this.#person = undefined;
    this.#refused = this.#archiveRefused = this.#amount = this.#reason = '';
    this.#asking = false;
    this.#at = -1;
    this.#load();
  }

  /** Loads what the address or the filter names; an answer for another one, or an old one, is dropped. */
  async #load() {
    const load = this.#loads.ask();
    const id = this.argument;
    const query = this.#listQuery();
    const isAsked = () =>
      this.isConnected && id === this.argument && query === this.#listQuery() && this.#loads.isNews(load);
    try {
      const answer = await get(this.#loaded(id, query));
      if (isAsked()) {
        this.#refused = '';
        this.#take(id, query, answer);
      }
    } catch (error) {
      this.#refused = isAsked() ? error.message : this.#refused;
    }
    this.update();
  }

  #loaded(id, query) {
    if (id === '') {
      return `/api/orders?${query}`;
    }
    return id.includes('/') ? `${orderPath(id)}?known=${this.#one ? this.#one.last : ''}` : `/api/orders/number/${encodeURIComponent(id)}`;
  }

  #take(id, query, answer) {
    if (id === '') {
      this.#list = answer;
      this.#listOf = query;
    } else if (id.includes('/')) {
      this.#received(answer);
    } else {
      location.replace(orderLink(answer.orderId));
    }
  }

  #received(answer) {
    // fork: audit
    const first = !this.#one;
    // fork: end
    if (answer.order) {
      this.#one = answer;
    }
    // fork: audit
    if (first && this.#one?.audited) {
      this.#askArchive();
    }
    // fork: end
    const event = this.#request && this.#one?.events.find((found) => found.causedBy === this.#request.eventId);
    if (event && !this.#request.event) {
      this.#request = { ...this.#request, event, after: Date.now() - this.#request.sent };
      this.#fast?.stop();
    } else if (this.#request && !event && Date.now() - this.#request.sent > PATIENCE_MS) {
      this.#fast?.stop();
      this.#request.late = true;
    }
  }

  // fork: audit
  /** Asks once at a time. The slider goes to the last moment, except where the person has chosen another. */
  async #askArchive() {
    const id = this.argument;
    this.#asking = true;
    this.update();
    const answer = await get(`${orderPath(id)}/archive`).catch((error) => ({ refused: error.message }));
    if (id !== this.argument) {
      return;
    }
    this.#asking = false;
    this.#archiveRefused = answer.refused ?? '';
    if (!answer.refused) {
      const isLast = !this.#archive || this.#at === this.#archive.stops.length - 1;
      this.#archive = answer;
      this.#at = isLast ? answer.stops.length - 1 : this.#at;
    }
    this.update();
    await this.#askReads(id);
  }

  async #askReads(id) {
    const reading = this.#readings.ask();
    const answer = await get(`${orderPath(id)}/reads`).catch(() => undefined);
    if (answer && id === this.argument && this.#readings.isNews(reading)) {
      this.#reads = answer.reads;
      this.update();
    }
  }
  // fork: end

  template() {
    return html`${this.argument === '' ? this.#all() : this.#order()} ${this.#question.template()}`;
  }

  // All orders

  #all() {
    return html`<h1>Orders</h1>
      <p class="lead">
        What happens to all orders as it happens, from the ends of the channel <code>orders</code>, and all orders by id,
        from the service orders.
      </p>
      ${failures(this)}
      ${this.#refused ? html`<p class="notice bad">${this.#refused}</p>` : nothing}
      <section class="panel">
        <form @submit=${(event) => this.#open(event)}>
          <label>Order <input name="id" placeholder="SOURCE/NUMBER or NUMBER" size="36" maxlength="500" required /></label>
          <button>Open</button>
        </form>
      </section>
      <div>
        <section class="panel">
          <h2>Latest changes</h2>
          <div class="scroll orders-latest">${this.#latest()}</div>
          <p class="soft quiet-line">Also: <code>heroku kafka:topics:tail orders</code>, here with <code>bin/kafka plugin</code></p>
        </section>
        <section class="panel">
          <h2>All orders</h2>
          ${this.#filters()} ${this.#table()}
          <p class="soft quiet-line">Also: <code>GET /orders?${this.#shownQuery()}</code></p>
        </section>
      </div>`;
  }

  #open(event) {
    event.preventDefault();
    location.hash = orderLink(new FormData(event.target).get('id').trim());
  }

  #latest() {
    const changes = this.data['orders-latest']?.changes;
    return html`<table>
      <thead>
        <tr><th scope="col">Time</th><th scope="col">Order</th><th scope="col">Became</th><th scope="col">Amount or reason</th></tr>
      </thead>
      <tbody>
        ${!changes || changes.length === 0
          ? html`<tr><td colspan="4" class="empty">${changes ? 'No order has changed yet.' : 'Reading the channel …'}</td></tr>`
          : changes.map(
              ({ at, orderId, event }) => html`<tr>
                <td class="mono when">${time(at)}</td>
                <td><a href=${orderLink(orderId)}>${orderId}</a></td>
                <td class="when">${statusBadge(eventWord(event.type))} ${event.paid ? statusBadge('paid') : nothing}</td>
                <td>${event.reasons[0] || event.amount}</td>
              </tr>`,
            )}
      </tbody>
    </table>`;
  }

  #filters() {
    const set = (name) => (event) => {
      const { type, checked, value } = event.target;
      this.#filter = { ...this.#filter, [name]: type === 'checkbox' ? (checked ? 'true' : '') : value.trim() };
      this.#pages = [''];
      this.#load();
    };
    return html`<form @submit=${(event) => event.preventDefault()}>
      <label>
        Status
        <select @change=${set('status')}>
          <option value="">all</option>
          ${STATUSES.map((status) => html`<option value=${status} ?selected=${this.#filter.status === status}>${status}</option>`)}
        </select>
      </label>
      <label>Country <input size="10" maxlength="100" .value=${this.#filter.country} @change=${set('country')} /></label>
      <label>
        <input type="checkbox" ?checked=${this.#filter.discrepancies} @change=${set('discrepancies')} />
        does not add up
      </label>
    </form>`;
  }

  #table() {
    const orders = this.#list?.orders;
    return html`<table class="orders-table">
        <thead>
          <tr>
            <th scope="col">Order</th><th scope="col">Status</th><th scope="col" class="number">Total</th>
            <th scope="col" class="number">Paid back</th><th scope="col">Changed</th>
          </tr>
        </thead>
        <tbody>
          ${!orders || orders.length === 0
            ? html`<tr><td colspan="5" class="empty">${orders ? 'No order is like that.' : 'Reading …'}</td></tr>`
            : orders.map((order) => this.#row(order))}
        </tbody>
      </table>
      <div class="row spread orders-pages">
        <button type="button" class="quiet" ?disabled=${this.#pages.length === 1} @click=${() => this.#turn(-1)}>Back</button>
        <span class="soft">Page ${count(this.#pages.length)}, by id</span>
        <button type="button" class="quiet" ?disabled=${!this.#list?.after || this.#listOf !== this.#listQuery()} @click=${() => this.#turn(1)}>Next</button>
      </div>`;
  }

  #row(order) {
    const notes = [...order.reasons, ...(order.discrepancies || [])];
    return html`<tr>
      <td>
        <a href=${orderLink(order.orderId)}>${order.orderId}</a>
        ${notes.map((note) => html`<div class="soft">${note}</div>`)}
      </td>
      <td>${statusBadge(order.status)}</td>
      <td class="number when">${order.total} ${order.currency}</td>
      <td class="number">${order.refunded}</td>
      <td class="mono when">${moment(order.changedAt)}</td>
    </tr>`;
  }

  #turn(by) {
    if (by > 0) {
      this.#pages.push(this.#list.after);
    } else {
      this.#pages.pop();
    }
    this.#load();
  }

  #shownQuery() {
    const query = this.#listQuery();
    return query ? `limit=25&${query}` : 'limit=25';
  }

  #listQuery() {
    return new URLSearchParams(
      Object.entries({ ...this.#filter, after: this.#pages.at(-1) }).filter(([, value]) => value),
    ).toString();
  }

  // One order

  #order() {
    const order = this.#one?.order;
    return html`<p><a href="#/orders">All orders</a></p>
      <h1>${this.argument} ${order ? statusBadge(order.status) : nothing}</h1>
      <p class="lead">
        Every decision about this order, as it was published on <code>orders</code>: changes, and what was refused with the
        reason. From the service orders, asked every ${REFRESHED_MS / 1000} s.
      </p>
      ${this.#refused ? html`<p class="notice bad">${this.#refused}</p>` : nothing}
      ${order ? this.#whole(order) : html`<p class="empty">${this.#refused ? '' : 'Reading …'}</p>`}`;
  }

  #whole(order) {
    return html`<dl class="panel orders-facts">
        ${this.#fact('Total', `${order.total} ${order.currency}`)} ${this.#fact('Paid back', `${order.refunded} ${order.currency}`)}
        ${this.#fact('Country', order.country)} ${this.#fact('Placed', moment(order.placedAt))}
        ${this.#fact('Changed', moment(order.changedAt))} ${this.#fact('Version', order.version)}
      </dl>
      ${[...(order.reasons || []), ...(order.discrepancies || [])].map((reason) => html`<p class="notice warn">${reason}</p>`)}
      <div class="panels">
        <div class="orders-column">${this.#timeline()} ${this.#backOffice(order)} ${this.#lines(order)}</div>
        <div class="orders-column">${this.#archived()}</div>
      </div>`;
  }

  #fact(name, value) {
    return html`<div><dt class="soft">${name}</dt><dd>${value}</dd></div>`;
  }

  #timeline() {
    const events = this.#one.events;
    const causes = new Map((this.#archive?.causes || []).map((cause) => [cause.eventId, cause]));
    return html`<section class="panel">
      <h2>Timeline</h2>
      ${events.length > MOST_EVENTS ? html`<p class="soft">The latest ${MOST_EVENTS} of ${count(events.length)} events.</p>` : nothing}
      <ol class="orders-events">
        ${events.slice(-MOST_EVENTS).map((event) => this.#event(event, causes.get(event.causedBy)))}
      </ol>
      <p class="soft quiet-line">Also: <code>GET /orders/${this.argument}</code>, and <code>/events</code> of it as a stream</p>
    </section>`;
  }

  #event(event, cause) {
    return html`<li class=${event.type === 'TransitionRefused' ? 'refused' : ''}>
      <div class="row">
        <span class="mono soft">v${event.version}</span>
        ${statusBadge(eventWord(event.type))} ${event.paid ? statusBadge('paid') : nothing}
        <span>${event.amount}</span>
        <span class="mono soft">${moment(event.timestamp)}</span>
      </div>
      ${event.reasons.map((reason) => html`<div>${reason}</div>`)}
      <div class="soft orders-cause">
        ${cause ? html`${cause.type} of ${cause.source}` : html`from ${event.source}`}, <span class="mono">${event.causedBy}</span>
      </div>
    </li>`;
  }

  #lines(order) {
    const charges = Object.entries(order.charges || {});
    return html`<section class="panel">
      <h2>Lines</h2>
      <table>
        <thead>
          <tr><th scope="col">Product</th><th scope="col" class="number">Units</th><th scope="col" class="number">Price</th></tr>
        </thead>
        <tbody>
          ${(order.lines || []).map(
            (line) => html`<tr>
              <td>${line.name} <span class="soft mono">${line.productId}</span></td>
              <td class="number">${line.quantity}</td>
              <td class="number">${line.unitPrice}</td>
            </tr>`,
          )}
          ${charges.map(([name, value]) => html`<tr><td colspan="2">${name}</td><td class="number">${value}</td></tr>`)}
        </tbody>
      </table>
    </section>`;
  }

  // What the archive knows

  #archived() {
    // fork: audit
    if (this.#one.audited) {
      return html`${this.#asOf()} ${this.#personPanel()} ${this.#readsPanel()}`;
    }
    // fork: end
    return nothing;
  }

  // fork: audit
  /** The moment of the slider, with the state that order-state had then and the one before. */
  #chosen() {
    const stops = this.#archive.stops;
    const at = Math.min(Math.max(this.#at, 0), stops.length - 1);
    const states = stops.slice(0, at + 1).filter((stop) => stop.changed);
    const stop = stops[at];
    const now = states.at(-1);
    return { at, stop, now: now?.state, before: (stop.changed ? states.at(-2) : now)?.state };
  }

  #asOf() {
    return html`<section class="panel orders-as-of">
      <h2>As of a moment</h2>
      ${this.#archiveRefused ? html`<p class="notice bad">${this.#archiveRefused}</p>` : nothing}
      ${this.#archive === undefined
        ? html`<p class="empty">Asking audit …</p>`
        : this.#archive.stops.length === 0
          ? html`<p class="empty">The archive does not have this order yet.</p>`
          : this.#slider()}
      <div class="row">
        <button type="button" class="quiet" ?disabled=${this.#asking} @click=${() => this.#askArchive()}>Ask again</button>
        ${this.#isBehind() ? html`<span class="soft">The order has changed since audit was asked.</span>` : nothing}
        ${this.#archive?.complete === false ? html`<span class="soft">The first 500 records of the order.</span>` : nothing}
      </div>
    </section>`;
  }

  #isBehind() {
    const last = this.#archive?.stops.at(-1)?.version;
    return last !== undefined && last < this.#one.last;
  }

  #slider() {
    const { at, stop, now, before } = this.#chosen();
    const stops = this.#archive.stops;
    const words = stop.what.map(eventWord).join(', ') || 'changed';
    const choose = (next) => {
      this.#at = Math.min(Math.max(next, 0), stops.length - 1);
      this.update();
    };
    const fields = FIELDS.filter((field) => !this.#isEmpty(now?.[field]) || !this.#isEmpty(before?.[field]));
    return html`<div class="row">
        <button type="button" class="quiet" aria-label="Earlier" ?disabled=${at === 0} @click=${() => choose(at - 1)}>‹</button>
        <input
          type="range" aria-label="Moment" min="0" max=${stops.length - 1} step="1" .value=${String(at)}
          aria-valuetext="${moment(stop.at)}, ${words}"
          @input=${(event) => choose(Number(event.target.value))}
        />
        <button type="button" class="quiet" aria-label="Later" ?disabled=${at === stops.length - 1} @click=${() => choose(at + 1)}>›</button>
        <span class="soft">${at + 1} of ${stops.length}</span>
      </div>
      <p aria-live="polite">
        <span class="mono orders-moment">${stop.at}</span>
        ${stop.what.map((type) => statusBadge(eventWord(type)))}
        ${stop.changed ? nothing : html`<span>Nothing changed: ${stop.reason}</span>`}
      </p>
      ${now === null || (now === undefined && before === undefined)
        ? html`<p class="empty">${now === null ? 'The order was erased by then.' : 'The order had no state yet.'}</p>`
        : html`<table class="orders-state">
            <thead>
              <tr><th scope="col">Field</th><th scope="col">Then</th><th scope="col">Before</th></tr>
            </thead>
            <tbody>
              ${fields.map((field) => {
                const [then, earlier] = [this.#text(now?.[field]), this.#text(before?.[field])];
                return html`<tr class=${then === earlier ? '' : 'changed'}>
                  <th scope="row" class="when">${field}</th>
                  <td class="mono">${then}</td>
                  <td class="mono">${then === earlier ? 'same' : earlier}</td>
                </tr>`;
              })}
            </tbody>
          </table>`}
      <p class="soft quiet-line">
        Also: <code>GET /audit/orders/${this.argument}/state?at=${stop.at}</code>. Audit records each question; the slider asks none.
      </p>`;
  }

  #isEmpty(value) {
    return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
  }

  #text(value) {
    return value === undefined || value === null ? '—' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  }

  // Personal data

  #personPanel() {
    const covered = [...new Set((this.#archive?.causes || []).flatMap((cause) => cause.personal))];
    return html`<section class="panel orders-person">
      <h2>Personal data</h2>
      ${this.#person === undefined
        ? html`<p>
              ${covered.length === 0
                ? 'The records of this order have none, or audit has not answered yet.'
                : html`Covered, by the marks of the catalogue: ${covered.map((field) => html`<code>${field}</code> •••••• `)}`}
            </p>
            ${this.#one.backOffice
              ? html`<p class="soft">
                    To show it asks audit with the back office's key. Audit publishes on <code>audit-events</code> who has asked
                    before it answers; that cannot be taken back.
                  </p>
                  <button type="button" ?disabled=${covered.length === 0} @click=${() => this.#uncover()}>Show</button>`
              : html`<p class="soft">This session has no key of the back office, which may see it.</p>`}`
        : this.#uncovered()}
      <p class="soft quiet-line">Also: <code>GET /audit/orders/${this.argument}</code> with the back office's key</p>
    </section>`;
  }

  #uncovered() {
    const { values, event } = this.#person;
    return html`<table>
        <thead><tr><th scope="col">Field</th><th scope="col">Value</th><th scope="col">In</th></tr></thead>
        <tbody>
          ${values.map(
            (found) => html`<tr>
              <th scope="row">${found.field}</th>
              <td class="mono">${found.erased ? 'erased' : found.value}</td>
              <td class="soft">${found.type}</td>
            </tr>`,
          )}
        </tbody>
      </table>
      <p class="notice warn">
        ${event
          ? html`Audit has recorded it: event
              <button type="button" class="link mono" @click=${() => this.#showRead()}>${event.eventId}</button>, partition
              ${event.partition}, offset ${event.offset} of <code>audit-events</code>.`
          : html`Audit has recorded it on <code>audit-events</code>, which this console cannot read.`}
        <button type="button" class="quiet" @click=${() => this.#cover()}>Cover again</button>
      </p>`;
  }

  async #uncover() {
    const id = this.argument;
    const person = await this.attempt(() => post(`${orderPath(id)}/person`));
    if (person && id === this.argument) {
      this.#person = person;
      this.update();
      await this.#askReads(id);
    }
  }

  #cover() {
    this.#person = undefined;
    this.update();
  }

  #showRead() {
    this.querySelector('tr.chosen')?.scrollIntoView({ block: 'center' });
    this.querySelector('tr.chosen a, tr.chosen')?.focus?.();
  }

  #readsPanel() {
    return html`<section class="panel">
      <h2>Who has asked audit</h2>
      <table>
        <thead>
          <tr><th scope="col">When</th><th scope="col">Key</th><th scope="col">Personal data</th><th scope="col">Event</th></tr>
        </thead>
        <tbody>
          ${(this.#reads || []).map(
            (read) => html`<tr tabindex="-1" class=${read.eventId === this.#person?.event?.eventId ? 'chosen' : ''}>
              <td class="mono when">${time(read.timestamp)}</td>
              <td class="when">${read.by}</td>
              <td><span class="badge ${read.opened ? 'warn' : 'unknown'}">${read.opened ? 'shown' : 'covered'}</span></td>
              <td class="mono">${read.partition} @ ${read.offset} <span class="soft">${read.eventId}</span></td>
            </tr>`,
          )}
        </tbody>
      </table>
      <p class="soft quiet-line">The last 500 records of its partition of <code>audit-events</code>, which is archived itself.</p>
    </section>`;
  }
  // fork: end

  // Back office

  #backOffice(order) {
    if (!this.#one.backOffice) {
      return nothing;
    }
    return html`<section class="panel orders-actions">
      <h2>Back office</h2>
      <p class="soft">Each is a transaction like those of a shop: it goes through the channel, and the order decides.</p>
      <div class="row">
        <label>
          Amount
          <input
            class="number" size="10" inputmode="decimal" maxlength="30" .value=${this.#amount || this.#due(order)}
            @input=${(event) => { this.#amount = event.target.value.trim(); }}
          />
          ${order.currency}
        </label>
        <label>
          Reason
          <input size="18" maxlength="400" .value=${this.#reason} @input=${(event) => { this.#reason = event.target.value; }} />
        </label>
      </div>
      <div class="row orders-buttons">
        ${Object.entries(ACTIONS).map(
          ([action, { label, danger }]) => html`<button
            type="button" data-action=${action} class=${danger ? 'danger' : 'quiet'} @click=${() => this.#ask(action, order)}
          >${label}</button>`,
        )}
      </div>
      <div class="orders-outcome" role="status">${this.#outcome()}</div>
      <p class="soft quiet-line">Also: <code>POST /orders/${this.argument}/pay</code> with <code>Idempotency-Key</code></p>
    </section>`;
  }

  /** What is to be paid, or what may be paid back. */
  #due(order) {
    const digits = (order.total.split('.')[1] || '').length;
    return order.status === 'accepted' ? order.total : (Number(order.total) - Number(order.refunded)).toFixed(digits);
  }

  #ask(action, order) {
    const { label, text, amount, reason, danger } = ACTIONS[action];
    const body = {
      ...(amount ? { amount: this.#amount || this.#due(order) } : {}),
      ...(reason && this.#reason ? { reason: this.#reason } : {}),
    };
    this.#question.ask(
      {
        title: `${label}: ${order.orderId}`,
        text: `${text} ${amount ? `Amount: ${body.amount} ${order.currency}.` : ''}`,
        command: `POST /orders/${order.orderId}/${action} ${amount || body.reason ? JSON.stringify(body) : ''}`,
        confirm: label,
        danger,
      },
      () => this.#send(action, body),
    );
  }

  async #send(action, body) {
    const id = this.argument;
    const sent = Date.now();
    const answer = await this.attempt(() => post(`${orderPath(id)}/do/${action}`, { ...body, key: crypto.randomUUID() }));
    if (answer && id === this.argument && this.isConnected) {
      this.#request = { action, sent, eventId: answer.eventId };
      this.#amount = '';
      this.#fast?.stop();
      this.#fast = whileSeen(PENDING_MS, () => this.#load());
      this.#load();
    }
  }

  #outcome() {
    const request = this.#request;
    if (!request) {
      return nothing;
    }
    const accepted = html`<p>
      <span class="badge ok">202</span> Orders has taken <strong>${request.action}</strong> as the transaction
      <span class="mono">${request.eventId}</span>.
    </p>`;
    if (!request.event) {
      return html`${accepted}
        <p class="soft">
          ${request.late
            ? `Nothing has become of it within ${PATIENCE_MS / 1000} s. It is not lost: it waits for orders, or for Kafka.`
            : 'It is on its way through the channel …'}
        </p>`;
    }
    const { event, after } = request;
    return html`${accepted}
      <p>
        ${statusBadge(eventWord(event.type))} It became version ${event.version} after ${(after / 1000).toFixed(1)} s.
        ${event.reasons.join(' ')} ${event.amount}
      </p>`;
  }
}

customElements.define('orders-view', OrdersView);
