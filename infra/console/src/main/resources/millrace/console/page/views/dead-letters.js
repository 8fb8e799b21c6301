// Dead letters: the records that orders cannot apply with the keys parked behind them, and one of them with its correction.
import { View, html, nothing, get, post, failures } from '/lib/view.js';
import { bytes, count, moment } from '/lib/format.js';
import { isJson, lineDiff, pretty } from '/lib/diff.js';
import { Confirmation, Questions, orderLink, statusBadge, whileSeen } from '/lib/orders.js';

const REFRESHED_MS = 2000;
const MOST_ATTEMPTS = 10;
const MOST_SENT = 60000;

class DeadLettersView extends View {
  static feeds = ['dead-letters'];
  #question = new Confirmation(this);
  #refresh;
  #shown;
  #filter = { reason: '', key: '', resolved: '' };
  #filtered;
  #refused = '';
  #loads = new Questions();
  #run;
  #one;
  #headers;
  #headersRefused = '';
  #body;
  #edited = '';
  #outcome;

  opened() {
    this.#refresh = whileSeen(REFRESHED_MS, () => this.#load());
    queueMicrotask(() => this.argumentChanged());
  }

  closed() {
    this.#refresh.stop();
    this.#stopRun();
  }

  argumentChanged() {
    if (this.#shown === this.argument || !this.isConnected) {
      return;
    }
    this.#shown = this.argument;
    this.#one = this.#headers = this.#body = this.#outcome = undefined;
    this.#refused = this.#headersRefused = this.#edited = '';
    this.#load();
    if (this.argument !== '') {
      this.#loadHeaders();
    }
  }

  /** Loads what the address or the filter names; an answer for another one, or an old one, is dropped. */
  async #load() {
    const load = this.#loads.ask();
    const id = this.argument;
    const filter = this.#filter;
    const isAsked = () => id === this.argument && filter === this.#filter && this.#loads.isNews(load);
    try {
      if (id === '') {
        const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value)).toString();
        const list = query === '' ? undefined : await get(`/api/dead-letters?${query}`);
        if (isAsked()) {
          this.#filtered = list;
          this.#refused = '';
        }
      } else {
        const one = await get(this.#path());
        if (isAsked()) {
          this.#one = one;
          this.#refused = '';
        }
      }
    } catch (error) {
      this.#refused = isAsked() ? error.message : this.#refused;
    }
    this.update();
  }

  async #loadHeaders() {
    const id = this.argument;
    try {
      const headers = await get(`${this.#path()}/headers`);
      this.#headers = id === this.argument ? headers : this.#headers;
    } catch (error) {
      this.#headersRefused = id === this.argument ? error.message : this.#headersRefused;
    }
    this.update();
  }

  /** The list of the filter; without one that of the feed. */
  get #list() {
    return Object.values(this.#filter).some((value) => value) ? this.#filtered : this.data['dead-letters'];
  }

  #path(id = this.argument) {
    return `/api/dead-letters/${encodeURIComponent(id)}`;
  }

  template() {
    return html`${this.argument === '' ? this.#all() : this.#letter()} ${this.#question.template()}`;
  }

  // All dead letters

  #all() {
    const list = this.#list;
    return html`<h1>Dead letters</h1>
      <p class="lead">
        Records of <code>transactions</code> that orders cannot apply. Each blocks its own key only: later records of that key
        are parked behind it, and all other keys go on. From the service orders, asked every ${REFRESHED_MS / 1000} s.
      </p>
      ${failures(this)} ${this.#refused ? html`<p class="notice bad">${this.#refused}</p>` : nothing}
      <section class="panel">
        <div class="row spread">
          ${this.#filters()}
          <span>
            <strong>${count(list?.waiting)}</strong> ${list?.complete === false ? 'or more ' : ''}waiting ·
            <strong>${count(list?.keys)}</strong> keys blocked
          </span>
        </div>
      </section>
      <section class="panel dead-letters-list">
        ${this.#table()}
        <div class="row dead-letters-many">${this.#many()}</div>
        <p class="soft quiet-line">
          Also: <code>GET /dead-letters</code>, <code>POST /dead-letters/redrive?reason=…&amp;dryRun=true</code>
        </p>
      </section>
      ${this.#run ? this.#outcomes() : nothing}`;
  }

  #filters() {
    const set = (name) => (event) => {
      const { type, checked, value } = event.target;
      this.#filter = { ...this.#filter, [name]: type === 'checkbox' ? (checked ? 'true' : '') : value };
      this.#load();
    };
    return html`<form @submit=${(event) => event.preventDefault()}>
      <label>Reason begins with <input size="22" maxlength="300" .value=${this.#filter.reason} @change=${set('reason')} /></label>
      <label>Key <input size="22" maxlength="500" .value=${this.#filter.key} @change=${set('key')} /></label>
      <label><input type="checkbox" ?checked=${this.#filter.resolved} @change=${set('resolved')} /> also those that wait no more</label>
    </form>`;
  }

  #table() {
    const rows = this.#list?.rows;
    return html`<table>
      <thead>
        <tr>
          <th scope="col">State</th><th scope="col">Record</th><th scope="col">Reason</th>
          <th scope="col" class="number">Attempts</th><th scope="col" class="number">Parked behind</th><th scope="col">Since</th>
        </tr>
      </thead>
      <tbody>
        ${!rows || rows.length === 0
          ? html`<tr><td colspan="6" class="empty">${rows ? 'No dead letter waits.' : 'Reading …'}</td></tr>`
          : rows.map(
              ({ letter, behind }) => html`<tr>
                <td>${statusBadge(letter.state)}</td>
                <td>
                  <a href="#/dead-letters/${encodeURIComponent(letter.id)}">${letter.key ?? 'no key'}</a>
                  <div class="soft mono">${this.#origin(letter)}</div>
                </td>
                <td>${letter.reason ?? 'parked: not tried yet'}</td>
                <td class="number">${letter.attempts} of ${MOST_ATTEMPTS}</td>
                <td class="number">${count(behind)}</td>
                <td class="mono when">${moment(letter.receivedAt)}</td>
              </tr>`,
            )}
      </tbody>
    </table>`;
  }

  #origin(letter) {
    return `transactions, partition ${letter.partition}, offset ${letter.offset}`;
  }

  #waiting() {
    return (this.#list?.rows || []).map((row) => row.letter).filter(({ state }) => state === 'dead' || state === 'parked');
  }

  #many() {
    const letters = this.#waiting();
    const which = this.#filter.reason || this.#filter.key ? 'shown' : 'all';
    const disabled = letters.length === 0 || (this.#run && !this.#run.ended);
    return html`<button type="button" class="quiet" ?disabled=${disabled} @click=${() => this.#start(letters, true)}>
        Dry run of ${which} ${count(letters.length)}
      </button>
      <button
        type="button" data-redrive-many ?disabled=${disabled}
        @click=${() =>
          this.#question.ask(
            {
              title: `Redrive ${letters.length} dead letters`,
              text: 'One after the other, in the order of the list; behind each the parked records of its key. One that fails stays, and the others go on. Each has ten attempts.',
              command: 'POST /dead-letters/ID/redrive',
              confirm: 'Redrive',
            },
            () => this.#start(letters, false),
          )}
      >
        Redrive ${which} ${count(letters.length)}
      </button>`;
  }

  /** Tries letters in the order of the list; the person may stop between two. */
  async #start(letters, dryRun) {
    this.#run = { dryRun, all: letters.length, results: [], ended: false };
    const run = this.#run;
    for (const letter of letters) {
      if (run.ended) {
        break;
      }
      const result = await post(`${this.#path(letter.id)}/redrive`, { dryRun }).catch((error) => ({ refused: error.message }));
      run.results.push({ letter, result });
      this.update();
    }
    run.ended = true;
    await this.#load();
  }

  #stopRun() {
    if (this.#run) {
      this.#run.ended = true;
    }
  }

  #outcomes() {
    const { dryRun, all, results, ended } = this.#run;
    return html`<section class="panel dead-letters-run">
      <div class="row spread">
        <h2>${dryRun ? 'Dry run' : 'Redrive'}: ${results.length} of ${all}</h2>
        ${ended
          ? html`<button type="button" class="quiet" @click=${() => { this.#run = undefined; this.update(); }}>Close</button>`
          : html`<button type="button" class="quiet" @click=${() => { this.#stopRun(); this.update(); }}>Stop</button>`}
      </div>
      <progress max=${all} .value=${results.length} aria-label="Tried"></progress>
      <table>
        <thead><tr><th scope="col">Record</th><th scope="col">What became of it</th></tr></thead>
        <tbody>
          ${results.map(
            ({ letter, result }) => html`<tr>
              <td><a href="#/dead-letters/${encodeURIComponent(letter.id)}">${letter.key ?? letter.id}</a></td>
              <td>${this.#sentence(result, dryRun, letter)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </section>`;
  }

  #sentence(result, dryRun, letter, discarded = false) {
    if (result.refused) {
      return html`<span class="badge bad">not tried</span> ${result.refused}`;
    }
    if (dryRun) {
      return result.resolved > 0
        ? html`<span class="badge ok">would be applied</span> The order would decide about it. The database transaction was rolled back: nothing has changed.`
        : html`<span class="badge bad">would stay dead</span> ${result.reason}`;
    }
    const behind = result.resolved - 1;
    const late = result.late > 0 ? ` ${count(result.late)} of them came too late to count by event time.` : '';
    if (result.resolved === 0) {
      return html`<span class="badge bad">still dead</span> ${result.reason}`;
    }
    return html`<span class="badge ok">${discarded ? 'discarded' : 'applied'}</span>
      ${behind > 0 ? `And ${count(behind)} that ${behind === 1 ? 'was' : 'were'} parked behind it.` : 'Nothing was parked behind it.'}${late}
      ${result.stoppedAt && result.stoppedAt !== letter.id
        ? html`Then it stopped at <a href="#/dead-letters/${encodeURIComponent(result.stoppedAt)}">${result.stoppedAt}</a>: ${result.reason}`
        : nothing}`;
  }

  // One dead letter

  #letter() {
    const letter = this.#one?.letter;
    return html`<p><a href="#/dead-letters">All dead letters</a></p>
      <h1>Dead letter ${letter ? statusBadge(letter.state) : nothing}</h1>
      <p class="lead mono">${this.argument}</p>
      ${this.#refused ? html`<p class="notice bad">${this.#refused}</p>` : nothing}
      ${letter ? this.#whole(letter) : html`<p class="empty">${this.#refused ? '' : 'Reading …'}</p>`}`;
  }

  #whole(letter) {
    return html`<dl class="panel orders-facts">
        ${this.#fact('Key', letter.key === undefined ? 'none' : html`<a href=${orderLink(letter.key)}>${letter.key}</a>`)}
        ${this.#fact('Origin', this.#origin(letter))} ${this.#fact('Came', moment(letter.receivedAt))}
        ${this.#fact('Attempts', `${letter.attempts} of ${MOST_ATTEMPTS}`)}
        ${this.#fact('Parked behind', `${count(this.#parked())}${this.#one.behindComplete ? '' : ' or more'}`)}
      </dl>
      ${letter.reason ? html`<p class="notice ${this.#waits() ? 'bad' : 'unknown'}">${letter.reason}</p>` : nothing}
      ${this.#one.first
        ? html`<p class="notice warn">
            It is parked behind <a href="#/dead-letters/${encodeURIComponent(this.#one.first)}">${this.#one.first}</a>: that one comes
            first.
          </p>`
        : nothing}
      ${this.#outcome
        ? html`<section class="panel dead-letters-outcome" role="status">
            <h2>What became of it</h2>
            <p>${this.#sentence(this.#outcome.result, this.#outcome.dryRun, letter, this.#outcome.discarded)}</p>
            ${!this.#outcome.dryRun && letter.key ? html`<p><a href=${orderLink(letter.key)}>The order ${letter.key}</a></p>` : nothing}
          </section>`
        : nothing}
      <div class="panels dead-letters-panels">
        <div class="orders-column">${this.#bodyPanel(letter)}</div>
        <div class="orders-column">${this.#behindPanel()} ${this.#headersPanel()} ${this.#attempts(letter)}</div>
      </div>`;
  }

  #fact(name, value) {
    return html`<div><dt class="soft">${name}</dt><dd>${value}</dd></div>`;
  }

  #waits() {
    return ['dead', 'parked'].includes(this.#one.letter.state);
  }

  #parked() {
    const { behind, behindCount } = this.#one;
    return behind.length < behindCount ? behindCount : behind.filter(({ state }) => state === 'parked').length;
  }

  #bodyPanel(letter) {
    return html`<section class="panel">
      <h2>Body</h2>
      ${this.#body === undefined ? this.#covered(letter) : this.#correction(letter)} ${this.#actions(letter)}
    </section>`;
  }

  #covered(letter) {
    return html`${letter.covered === null
        ? html`<p class="empty">${letter.bytes === 0 ? 'It has no body.' : `${bytes(letter.bytes)}, covered as a whole: it is no message that the catalogue knows.`}</p>`
        : html`<pre class="dead-letters-body" tabindex="0">${pretty(letter.covered)}</pre>`}
      ${letter.bytes > 0 && this.#one.backOffice ? this.#uncoverable(letter) : nothing}`;
  }

  #uncoverable(letter) {
    let why = 'Nothing here records who looks at it';
    // fork: audit
    if (letter.audited && letter.isOrder) {
      return html`<p class="soft">
          Personal data is covered by the marks of the catalogue. To show it asks audit about the order with the back
          office's key; audit publishes that on <code>audit-events</code> before it answers.
        </p>
        <button type="button" class="quiet" data-show @click=${() => this.#uncover()}>Show${this.#waits() ? ' and correct' : ''}</button>`;
    }
    why = letter.audited ? 'Its key is no order, so that audit cannot be asked about it' : 'There is no audit here to ask first';
    // fork: end
    return html`<p class="soft">${why}: the body stays covered on this page.</p>
      <button type="button" class="quiet" @click=${() => this.#edit('')}>Write another body</button>`;
  }

  // fork: audit
  async #uncover() {
    const id = this.argument;
    const answer = await this.attempt(() => post(`${this.#path()}/body`));
    if (answer && id === this.argument) {
      this.#edit(answer.body);
    }
  }
  // fork: end

  #edit(body) {
    this.#body = body;
    this.#edited = pretty(body);
    this.update();
  }

  #recorded(letter) {
    // fork: audit
    if (this.#body !== '') {
      return html`<p class="notice warn">
        Audit has recorded that the body was shown.
        ${letter.key ? html`<a href=${orderLink(letter.key)}>Who has asked audit about ${letter.key}</a>` : nothing}
      </p>`;
    }
    // fork: end
    return nothing;
  }

  #correction(letter) {
    const lines = lineDiff(pretty(this.#body), pretty(this.#edited));
    const changed = this.#isCorrected();
    return html`${this.#recorded(letter)}
      <label class="dead-letters-edit">
        ${this.#waits() ? 'Corrected body' : 'Body'}
        <textarea
          rows="14" spellcheck="false" ?readonly=${!this.#waits()} .value=${this.#edited}
          @input=${(event) => { this.#edited = event.target.value; this.update(); }}
        ></textarea>
      </label>
      <div class="row">
        ${this.#reported() && this.#waits()
          ? html`<button type="button" class="quiet" @click=${() => this.#fromReport()}>Begin an OrderPlaced from this report</button>`
          : nothing}
        ${changed ? html`<button type="button" class="quiet" @click=${() => this.#edit(this.#body)}>As it was</button>` : nothing}
      </div>
      ${isJson(this.#edited) ? nothing : html`<p class="soft">This is no JSON: orders would not apply it.</p>`}
      <h3>What is corrected</h3>
      ${changed
        ? html`<pre class="dead-letters-diff" tabindex="0">${lines.map(({ kind, text }) => this.#line(kind, text))}</pre>`
        : html`<p class="soft">Nothing yet.</p>`}`;
  }

  #line(kind, text) {
    const sign = { same: ' ', removed: '-', added: '+' }[kind];
    return html`<span class=${kind}>${`${sign} ${text}\n`}</span>`;
  }

  #isCorrected() {
    return this.#body !== undefined && pretty(this.#edited) !== pretty(this.#body);
  }

  /** The report of the edge that it could not read an order; undefined for another body. */
  #reported() {
    try {
      const report = JSON.parse(this.#body);
      return report.type === 'UnreadableOrderReported' ? report : undefined;
    } catch {
      return undefined;
    }
  }

  /** Fills in what the report has; the person completes the rest. */
  #fromReport() {
    const report = this.#reported();
    let properties = {};
    try {
      properties = JSON.parse(report.original).properties || {};
    } catch {
      // Nothing of the original can be taken.
    }
    const products = Array.isArray(properties.products) ? properties.products : [];
    this.#edited = JSON.stringify(
      {
        type: 'OrderPlaced',
        eventId: report.eventId,
        source: report.source,
        orderId: report.orderId,
        customerId: report.customerId,
        visitor: report.visitor,
        currency: typeof properties.currency === 'string' ? properties.currency : '',
        paid: true,
        totalMinor: 0,
        lines: products.map((product) => ({
          productId: String(product?.product_id ?? ''),
          name: String(product?.name ?? ''),
          quantity: Number.isInteger(product?.quantity) && product.quantity > 0 ? product.quantity : 1,
          unitPriceMinor: 0,
        })),
        timestamp: report.timestamp,
        receivedAt: report.receivedAt,
      },
      null,
      2,
    );
    this.update();
  }

  #actions(letter) {
    if (!this.#one.backOffice || !this.#waits()) {
      return nothing;
    }
    const corrected = this.#isCorrected();
    const spent = letter.attempts >= MOST_ATTEMPTS;
    const long = corrected && this.#edited.length > MOST_SENT;
    const disabled = Boolean(this.#one.first) || spent || long;
    return html`<h3>Decide</h3>
      ${spent ? html`<p class="soft">It has been tried ${MOST_ATTEMPTS} times: it can only be discarded.</p>` : nothing}
      ${long ? html`<p class="soft">A correction of more than ${count(MOST_SENT)} characters goes through the API.</p>` : nothing}
      <div class="row">
        <button type="button" class="quiet" data-dry-run ?disabled=${disabled} @click=${() => this.#decide('redrive', true)}>Dry run</button>
        <button type="button" data-redrive ?disabled=${disabled} @click=${() => this.#askRedrive(letter, corrected)}>
          Redrive ${corrected ? 'with the correction' : 'as it is'}
        </button>
        <button type="button" class="danger" data-discard ?disabled=${Boolean(this.#one.first)} @click=${() => this.#askDiscard(letter)}>
          Discard
        </button>
      </div>
      <p class="soft quiet-line">
        Also: <code>POST /dead-letters/ID/redrive?dryRun=true</code> with the body, <code>DELETE /dead-letters/ID</code>
      </p>`;
  }

  #askRedrive(letter, corrected) {
    this.#question.ask(
      {
        title: 'Redrive this dead letter',
        text: `It is applied ${corrected ? 'with the corrected body' : 'as it is'}, and then the ${count(this.#parked())} parked behind it, in their sequence.`,
        command: `POST /dead-letters/${letter.id}/redrive`,
        confirm: 'Redrive',
      },
      () => this.#decide('redrive', false),
    );
  }

  #askDiscard(letter) {
    this.#question.ask(
      {
        title: 'Discard this dead letter',
        text: `It is never applied, which cannot be taken back. The ${count(this.#parked())} parked behind it are applied without it.`,
        command: `DELETE /dead-letters/${letter.id}`,
        confirm: 'Discard',
        danger: true,
      },
      () => this.#decide('discard', false),
    );
  }

  async #decide(what, dryRun) {
    const id = this.argument;
    const correction = what === 'redrive' && this.#isCorrected() ? { body: this.#edited } : {};
    const result = await this.attempt(() => post(`${this.#path()}/${what}`, { dryRun, ...correction }));
    if (result && id === this.argument) {
      this.#outcome = { result, dryRun, discarded: what === 'discard' };
      await this.#load();
    }
  }

  #behindPanel() {
    const { behind, behindCount } = this.#one;
    return html`<section class="panel dead-letters-behind">
      <h2>Behind it on the same key</h2>
      <table>
        <thead><tr><th scope="col">State</th><th scope="col">Record</th><th scope="col">Came</th></tr></thead>
        <tbody>
          ${behind.length === 0
            ? html`<tr><td colspan="3" class="empty">No later record of this key has waited.</td></tr>`
            : behind.map(
                (letter) => html`<tr>
                  <td>${statusBadge(letter.state)}</td>
                  <td>
                    <a href="#/dead-letters/${encodeURIComponent(letter.id)}">${this.#origin(letter)}</a>
                    ${letter.reason ? html`<div class="soft">${letter.reason}</div>` : nothing}
                  </td>
                  <td class="mono when">${moment(letter.receivedAt)}</td>
                </tr>`,
              )}
        </tbody>
      </table>
      ${behindCount > behind.length ? html`<p class="soft">The first ${behind.length} of ${count(behindCount)}.</p>` : nothing}
    </section>`;
  }

  #headersPanel() {
    const headers = this.#headers?.headers;
    return html`<section class="panel dead-letters-headers">
      <h2>Headers</h2>
      ${this.#headersRefused ? html`<p class="notice bad">${this.#headersRefused}</p>` : nothing}
      <table>
        <thead><tr><th scope="col">Name</th><th scope="col">Value</th></tr></thead>
        <tbody>
          ${!headers || headers.length === 0
            ? html`<tr><td colspan="2" class="empty">${headers ? 'The record is no longer at its place on the channel.' : 'Reading …'}</td></tr>`
            : headers.map(
                ({ name, value }) => html`<tr><th scope="row" class="mono">${name}</th><td class="mono">${value}</td></tr>`,
              )}
        </tbody>
      </table>
    </section>`;
  }

  #attempts(letter) {
    return html`<section class="panel">
      <h2>Attempts</h2>
      <table>
        <thead><tr><th scope="col">When</th><th scope="col">By</th><th scope="col">Outcome</th></tr></thead>
        <tbody>
          ${letter.history.length === 0
            ? html`<tr><td colspan="3" class="empty">It has not been tried again.</td></tr>`
            : letter.history.map(
                (attempt) => html`<tr>
                  <td class="mono when">${moment(attempt.at)}</td>
                  <td>${attempt.by}${attempt.corrected ? ', corrected' : ''}</td>
                  <td>${attempt.outcome}</td>
                </tr>`,
              )}
        </tbody>
      </table>
    </section>`;
  }
}

customElements.define('dead-letters-view', DeadLettersView);
