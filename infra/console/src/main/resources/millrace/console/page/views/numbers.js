// Live numbers: what analytics counts, drawn by minute, and beside it what a feed expects.
import { View, html, nothing, get, failures } from '/lib/view.js';
import { count, time, moment, seconds } from '/lib/format.js';
import '/lib/chart.js';

/** Marks closer than this are one: their texts would lie on each other. */
const ONE_MARK_SECONDS = 45;
const STEPS = {
  visits: 'all visits',
  products: 'saw a product',
  carts: 'filled a cart',
  checkouts: 'began to pay',
  orders: 'ordered',
};
const RANKINGS = { viewed: 'viewed', carted: 'put into carts', bought: 'bought' };
const KINDS = { equal: 'ok', differs: 'bad', 'not settled yet': 'warn' };

/** Splits values into those that are settled, those that can still change, and that of the minute that is not over. */
function parts(values, settled) {
  const last = values.length - 1;
  const open = (at) => at < last && !settled[at];
  return [
    values.map((value, at) => (at < last && settled[at] ? value : null)),
    // The line goes on from its settled neighbours.
    values.map((value, at) => (open(at) || (at < last && (open(at - 1) || open(at + 1))) ? value : null)),
    values.map((value, at) => (at === last ? value : null)),
  ].map((part) => [...part, null]); // Nothing is known of now, up to which the axis goes.
}

/** Times of the values and, so that marks of this minute are on the axis, now. */
const axis = (numbers) => [...numbers.times, Date.parse(numbers.at) / 1000];

/** An amount as the API writes it, with separators: 22,332.67 */
const amount = (text) => text.replace(/^-?\d+/, (digits) => BigInt(digits).toLocaleString('en'));

const looks = (colour) => [
  { name: 'settled', colour },
  { name: 'can still change', colour, dash: true },
  { name: 'minute not over', colour, points: true },
];

/** Says how many of the minutes that are over are settled. */
function settledText(settled) {
  const over = settled.slice(0, -1);
  const done = over.filter(Boolean).length;
  if (done === over.length) {
    return `All ${over.length} full minutes are settled.`;
  }
  return done === 0
    ? `None of the ${over.length} full minutes is settled: a late event still counts in them.`
    : `${done} of ${over.length} full minutes are settled; in the others a late event still counts.`;
}

/** A number as a bar, with the number beside it. */
const bar = (value, most, kind = '') => html`<span class="bar ${kind}" aria-hidden="true"
  ><span .style=${`width:${most > 0 ? Math.min(100, (100 * value) / most) : 0}%`}></span
></span>`;

const share = (part, whole) => (whole > 0 ? `${((100 * part) / whole).toFixed(1)}\u00a0%` : '—');

const money = (minor, currency) => `${amount((minor / 100).toFixed(2))} ${currency}`;

class NumbersView extends View {
  static feeds = ['numbers', 'numbers-rankings', 'numbers-late', 'numbers-marks', 'numbers-expected'];
  #ranking = 'viewed';
  #currency; // None: that with the most orders.
  #chosen; // A comparison that is not the latest one.

  argumentChanged() {
    this.#chosen = undefined;
    this.#choose();
  }

  async #choose() {
    const name = this.argument;
    if (name && name !== this.data['numbers-expected']?.latest?.name) {
      const chosen = await this.attempt(() => get(`/api/numbers/expected/${encodeURIComponent(name)}`));
      if (name === this.argument) {
        this.#chosen = chosen;
        this.update();
      }
    }
  }

  /** Marks near each other become one, which names what happened. */
  get #marks() {
    const groups = [];
    for (const mark of this.data['numbers-marks'] ?? []) {
      const group = groups.at(-1);
      if (group && mark.at - group.until <= ONE_MARK_SECONDS) {
        group.until = mark.at;
        group.marks.push(mark);
      } else {
        groups.push({ at: mark.at, until: mark.at, marks: [mark] });
      }
    }
    return groups.map(({ at, marks }) => {
      const faults = marks.filter((mark) => mark.bad);
      const [first] = faults.length > 0 ? faults : marks;
      const others = new Set(marks.map((mark) => mark.process)).size - 1;
      return { at, text: `${first.process} ${first.what}${others > 0 ? ` +${others}` : ''}` };
    });
  }

  template() {
    const { numbers } = this.data;
    return html`
      <h1>Live numbers</h1>
      <p class="lead">
        What analytics has counted, by the time of the events: the last 60 minutes, or less where there is less. A full line is
        settled; a broken one can still change, by events that come late; a point is the minute that is not over.
        <span class="quiet-line">The same as calls of analytics: <code>GET /page-views</code>, <code>/revenue</code>,
        <code>/funnel</code>, <code>/top-products</code>, <code>/trending</code>, all of it as it comes: <code>/live</code>.</span>
      </p>
      ${failures(this)} ${this.#summary()}
      <div class="panels numbers-charts">
        ${this.#views(numbers)} ${this.#revenue(numbers)}
      </div>
      ${this.#markTable()}
      <div class="panels numbers-tables">${this.#funnel()} ${this.#products()} ${this.#trending()} ${this.#late()}</div>
      ${this.#expected()}
    `;
  }

  /** One line, which is there from the beginning. */
  #summary() {
    const feed = this.data['numbers-expected'];
    if (!feed?.latest) {
      return html`<p class="notice unknown">
        Expected beside counted: ${feed ? 'no feed with known answers has ended here.' : 'asking for what feeds expect.'}
        <a href="#/numbers" @click=${() => this.#scroll()}>Read more</a>
      </p>`;
    }
    const { name, rows, verdict } = feed.latest;
    const equal = rows.filter((row) => row.verdict === 'equal').length;
    const state = verdict === 'equal' ? '' : `, the others: ${verdict}`;
    return html`<p class="notice ${KINDS[verdict]}">
      Expected beside counted: ${equal} of ${rows.length} numbers of ${name} are equal${state}.
      <a href="#/numbers/${name}" @click=${() => this.#scroll()}>See them</a>
    </p>`;
  }

  #scroll() {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.querySelector('#expected')?.scrollIntoView({ behavior: still ? 'auto' : 'smooth' });
  }

  #views(numbers) {
    return html`<section class="panel">
      <div class="row spread">
        <h2>Page views a minute</h2>
        <span class="figure">${count(numbers?.viewsTotal)}</span>
      </div>
      <time-chart
        .label=${'Page views a minute'}
        .unit=${'views'}
        .series=${looks(1)}
        .marks=${this.#marks}
        .data=${numbers ? [axis(numbers), ...parts(numbers.views, numbers.viewsSettled)] : [[], [], [], []]}
      ></time-chart>
      <p class="soft">
        ${numbers ? settledText(numbers.viewsSettled) : 'Asking analytics.'}
        ${numbers && !numbers.complete ? 'There are more rows than this page asks for: sums are too small.' : ''}
      </p>
    </section>`;
  }

  /** One currency at a time: amounts of two have no axis in common. */
  #revenue(numbers) {
    const all = numbers?.revenue ?? [];
    const of = all.find(({ currency }) => currency === this.#currency) ?? all[0];
    return html`<section class="panel">
      <div class="row spread">
        <h2>Revenue a minute</h2>
        <span class="figure">${of ? `${amount(of.total)} ${of.currency}` : numbers ? '0' : '—'}</span>
      </div>
      <time-chart
        .label=${'Revenue a minute'}
        .unit=${of?.currency ?? ''}
        .series=${looks(2)}
        .marks=${this.#marks}
        .data=${of
          ? [axis(numbers), ...parts(of.values, of.settled)]
          : numbers
            ? [axis(numbers), ...Array(3).fill(axis(numbers).map(() => null))]
            : [[], [], [], []]}
      ></time-chart>
      <p class="soft">
        ${of
          ? html`${count(of.orders)} orders; refunds of ${amount(of.refunded)} ${of.currency} are not subtracted.
            ${settledText(of.settled)}`
          : numbers
            ? 'No order was accepted in this time.'
            : 'Asking analytics.'}
      </p>
      ${all.length > 1
        ? html`<p class="row" role="group" aria-label="Currency">
            ${all.map(
              ({ currency, orders }) =>
                html`<button
                  type="button"
                  class=${currency === of.currency ? '' : 'quiet'}
                  aria-pressed=${currency === of.currency}
                  @click=${() => {
                    this.#currency = currency;
                    this.update();
                  }}
                >
                  ${currency} (${count(orders)} orders)
                </button>`,
            )}
            ${numbers.currencies > all.length ? `${numbers.currencies - all.length} more are not shown.` : nothing}
          </p>`
        : nothing}
    </section>`;
  }

  #markTable() {
    const marks = this.data['numbers-marks'];
    if (!marks) {
      return html`<p class="soft marks">Marks: asking for the processes.</p>`;
    }
    return html`<details class="marks">
      <summary>
        ${marks.length === 0
          ? document.documentElement.dataset.local === 'true'
            ? 'No mark: no process has failed, stopped or started in the last hour.'
            : 'No marks: what happens to processes is known on the local platform only.'
          : `Marks in the charts: ${marks.length}, the last one ${time(marks.at(-1).at * 1000)} ${marks.at(-1).process} ${marks.at(-1).what}`}
      </summary>
      <ul>
        ${marks.map(
          (mark) =>
            html`<li>
              <span class="mono">${time(mark.at * 1000)}</span>
              <span class="badge ${mark.bad ? 'bad' : 'ok'}">${mark.what}</span> ${mark.process}
            </li>`,
        )}
      </ul>
    </details>`;
  }

  #funnel() {
    const funnel = this.data['numbers-rankings']?.funnel;
    const most = funnel?.all[0] ?? 0;
    return html`<section class="panel">
      <h2>Funnel</h2>
      <table>
        <caption>Visits that began since ${time(this.data['numbers-rankings']?.from)}, and how far they came</caption>
        <thead><tr><th>Step</th><th class="wide">Share</th><th class="number">Visits</th><th class="number">Of all</th></tr></thead>
        <tbody>
          ${Object.entries(STEPS).map(([, name], at) => {
            const value = funnel?.all[at] ?? 0;
            return html`<tr><td>${name}</td><td>${bar(value, most)}</td>
              <td class="number">${funnel ? count(value) : '—'}</td><td class="number">${share(value, most)}</td></tr>`;
          })}
        </tbody>
      </table>
      ${funnel?.campaigns.length > 0
        ? html`<details><summary>By campaign</summary>
            <table>
              <thead><tr><th>Campaign</th>${Object.keys(STEPS).map((step) => html`<th class="number">${step}</th>`)}</tr></thead>
              <tbody>
                ${funnel.campaigns.map(
                  ({ name, reached }) =>
                    html`<tr><td>${name}</td>${reached.map((value) => html`<td class="number">${count(value)}</td>`)}</tr>`,
                )}
              </tbody>
            </table>
            ${funnel.more > 0 ? html`<p class="soft">${funnel.more} more campaigns are not shown.</p>` : nothing}
          </details>`
        : nothing}
      <p class="soft">The funnel does not say whether a row is settled: a visit goes on until its visitor is silent for 30 minutes.</p>
    </section>`;
  }

  #products() {
    const rows = this.data['numbers-rankings']?.products[this.#ranking] ?? [];
    const most = rows[0]?.count ?? 0;
    return html`<section class="panel">
      <div class="row spread">
        <h2>Top products</h2>
        <div class="row" role="group" aria-label="Order of the products">
          ${Object.entries(RANKINGS).map(
            ([by, text]) =>
              html`<button
                type="button"
                class=${by === this.#ranking ? '' : 'quiet'}
                aria-pressed=${by === this.#ranking}
                @click=${() => {
                  this.#ranking = by;
                  this.update();
                }}
              >
                ${text}
              </button>`,
          )}
        </div>
      </div>
      ${rows.length === 0
        ? html`<p class="empty">No product was ${RANKINGS[this.#ranking]} in this time.</p>`
        : html`<table>
            <caption>Products most ${RANKINGS[this.#ranking]} since ${time(this.data['numbers-rankings'].from)}</caption>
            <thead><tr><th>Product</th><th class="wide">Share of the first</th><th class="number">Number</th></tr></thead>
            <tbody>
              ${rows.map(
                (row) => html`<tr><td class="mono">${row.productId}</td><td>${bar(row.count, most)}</td>
                  <td class="number">${count(row.count)}</td></tr>`,
              )}
            </tbody>
          </table>`}
    </section>`;
  }

  #trending() {
    const rows = this.data['numbers-rankings']?.trending ?? [];
    return html`<section class="panel">
      <h2>Trending</h2>
      ${rows.length === 0
        ? html`<p class="empty">
            No product has far more views in a quarter of an hour than it had on average over the day before.
          </p>`
        : html`<table>
            <caption>Products with far more views than usual, in a quarter of an hour</caption>
            <thead>
              <tr><th>Product</th><th>Quarter</th><th class="wide">Views, against usual</th><th class="number">Views</th>
                <th class="number">Usual</th><th class="number">Score</th></tr>
            </thead>
            <tbody>
              ${rows.map(
                (row) => html`<tr><td class="mono">${row.productId}</td><td>${time(row.start)}</td>
                  <td>${bar(row.views, Math.max(row.views, row.usual))}${bar(row.usual, Math.max(row.views, row.usual), 'second')}</td>
                  <td class="number">${count(row.views)}</td><td class="number">${row.usual.toFixed(1)}</td>
                  <td class="number">${row.score.toFixed(1)}</td></tr>`,
              )}
            </tbody>
          </table>`}
    </section>`;
  }

  #late() {
    const late = this.data['numbers-late'];
    const { numbers } = this.data;
    const times = numbers ? axis(numbers) : [];
    const byMinute = new Map(late?.minutes ?? []);
    return html`<section class="panel">
      <div class="row spread">
        <h2>Late events</h2>
        <span class="figure">${late ? count(late.total) : '—'}</span>
      </div>
      <p class="soft">
        Records of <code>late-events</code>: too far behind the watermark of their source to count. The chart has them by the
        minute of that watermark. ${late && !late.caughtUp ? 'Older records are still being read.' : ''}
      </p>
      <time-chart
        .label=${'Late events a minute'}
        .unit=${'events'}
        .height=${120}
        .series=${[{ name: 'late events', colour: 5 }]}
        .marks=${this.#marks}
        .data=${[times, times.map((at, index) => (late && index < times.length - 1 ? (byMinute.get(at) ?? 0) : null))]}
      ></time-chart>
      ${late?.last.length > 0
        ? html`<details><summary>The last ${late.last.length}</summary>
            <table>
              <thead><tr><th>Event</th><th>Source</th><th>Its time</th><th class="number">Behind</th></tr></thead>
              <tbody>
                ${late.last.map(
                  (row) => html`<tr><td class="mono">${row.eventId}</td><td>${row.source}</td><td>${moment(row.timestamp)}</td>
                    <td class="number">${seconds(row.lateBySeconds)}</td></tr>`,
                )}
              </tbody>
            </table>
          </details>`
        : nothing}
    </section>`;
  }

  #expected() {
    const feed = this.data['numbers-expected'];
    const latest = feed?.latest;
    const shown = this.argument && this.argument !== latest?.name ? this.#chosen : latest;
    const names = feed?.names ?? [];
    return html`<section class="panel" id="expected">
      <div class="row spread">
        <h2>Expected beside counted</h2>
        ${shown ? html`<span class="badge ${KINDS[shown.verdict]}">${shown.verdict}</span>` : nothing}
      </div>
      <p class="soft">
        A feed of simulated shoppers knows the right answers, because it has made the events: with repeats, late and malformed
        ones. It writes them down when it ends.
        <span class="quiet-line">Start one: <code>bin/feed shoppers --seed 21</code>; each seed has days of its own in the past.
        It prints the queries, too.</span>
      </p>
      ${names.length > 1
        ? html`<p class="row">
            ${names.map(
              (name) => html`<a href="#/numbers/${name}" aria-current=${name === shown?.name ? 'true' : 'false'}>${name}</a>`,
            )}
          </p>`
        : nothing}
      ${shown ? this.#comparison(shown, shown === latest) : html`<p class="empty">No feed with known answers has ended here.</p>`}
    </section>`;
  }

  #comparison(shown, isLive) {
    return html`
      <p>
        ${shown.name}: ${count(shown.sent)} messages, the last one sent ${moment(shown.endedAt)}; events from
        ${shown.from.slice(0, 16).replace('T', ' ')} to ${shown.to.slice(0, 16).replace('T', ' ')} UTC.
        Analytics has ${count(shown.unread)} records of all sources to read.
        ${isLive
          ? nothing
          : html`<button type="button" class="quiet" @click=${() => this.#choose()}>Compare again</button>`}
      </p>
      <time-chart
        .label=${'Page views an hour, expected and counted'}
        .unit=${'views'}
        .height=${150}
        .marks=${[]}
        .series=${[{ name: 'counted', colour: 1 }, { name: 'expected', colour: 2, dash: true }]}
        .data=${[shown.hours.times, shown.hours.counted, shown.hours.expected]}
      ></time-chart>
      <div class="scroll-x">
        <table>
          <caption>
            Differs: analytics is not behind (fewer than 100 records unread), and the number is settled or has stood still for
            30 s. Not settled yet: it may still become what is expected.
          </caption>
          <thead>
            <tr><th>Number</th><th class="number">Expected</th><th class="number">Counted</th><th class="number">Rows equal</th>
              <th>Settled</th><th>Verdict</th></tr>
          </thead>
          <tbody>
            ${shown.rows.map((row) => this.#row(row))}
          </tbody>
        </table>
      </div>
    `;
  }

  #row(row) {
    const text = (value) => (row.unit ? money(value, row.unit) : count(value));
    return html`<tr>
      <td>
        ${row.name}
        ${row.differences.length > 0
          ? html`<details><summary>${row.rows - row.equalRows} ${row.rows - row.equalRows === 1 ? 'row is' : 'rows are'} not as expected</summary>
              ${row.differences.map(
                (difference) =>
                  html`<p>${difference.row}: expected ${text(difference.expected)}, counted ${text(difference.counted)}</p>`,
              )}</details>`
          : nothing}
      </td>
      <td class="number">${text(row.expected)}</td>
      <td class="number">${text(row.counted)}</td>
      <td class="number">${count(row.equalRows)} of ${count(row.rows)}</td>
      <td>${row.settled === null ? 'not said' : row.settled ? 'settled' : 'can change'}</td>
      <td><span class="badge ${KINDS[row.verdict]}">${row.verdict}</span></td>
    </tr>`;
  }
}

customElements.define('numbers-view', NumbersView);
