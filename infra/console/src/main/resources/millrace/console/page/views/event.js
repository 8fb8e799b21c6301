// One event: its steps as bars on a common axis, and the exact numbers beside them.
import { View, html, svg, nothing, get, post, notice } from '/lib/view.js';
import { moment } from '/lib/format.js';

const ASK_EVERY_MS = 300;
/** Sizes of the picture, in its own units. */
const WIDTH = 1000;
const LABEL = 190;
const ROW = 30;
const BAR = 16;
const AXIS = 26;
/** Where the logarithmic axis begins to be linear. */
const LINEAR_TO_MS = 5;
/** What lies farther before the acceptance is not in the picture. */
const SHOWN_BEFORE_MS = 10_000;

const KINDS = {
  waiting: ['waiting', 'waited'],
  working: ['working', 'worked'],
  both: ['waiting or working', 'both, not told apart'],
};
const BASES = {
  recorded: ['', 'in the record'],
  seen: ['', 'seen while followed'],
  'at the latest': ['by ', 'at the latest'],
  'at the earliest': ['from ', 'at the earliest'],
};

/** 0.4 ms is 0 ms; 12 ms; 1,234 ms; 12.3 s */
function length(ms) {
  return ms < 10_000 ? `${Math.round(ms).toLocaleString('en')} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function clock(instant) {
  const date = new Date(instant);
  const millis = String(date.getMilliseconds()).padStart(3, '0');
  return `${date.toLocaleTimeString('en-GB')}.${millis}`;
}

const ms = (instant) => new Date(instant).getTime();
const sum = (step, kind) =>
  step.spans.filter((span) => span.kind === kind).reduce((all, span) => all + ms(span.to) - ms(span.from), 0);

class EventView extends View {
  sends = false;
  answer;
  busy = false;
  linear = false;
  #timer;
  #asked = 0;
  #name = '';

  async opened() {
    this.sends = (await this.attempt(() => get('/api/event')))?.sends ?? false;
    this.update();
  }

  closed() {
    clearTimeout(this.#timer);
    this.#asked++;
  }

  argumentChanged() {
    if (this.argument && this.argument !== this.#name) {
      this.#begin('find', { name: this.argument }, this.argument);
    }
  }

  /** Begins to follow an event; a former one is left. */
  async #begin(what, body, name) {
    clearTimeout(this.#timer);
    const asked = ++this.#asked;
    this.#name = name;
    this.busy = true;
    this.answer = undefined;
    this.update();
    const answer = await this.attempt(() => post(`/api/event/${what}`, body));
    this.#take(asked, answer);
  }

  #take(asked, answer) {
    if (asked !== this.#asked) {
      return;
    }
    this.busy = false;
    if (!answer) {
      this.update();
      return;
    }
    this.answer = answer;
    const event = answer.trace.event;
    if (event && this.#name === '') {
      // An event that was sent here has an address of its own, by its trace.
      this.#name = event.traceId;
      history.replaceState(null, '', `#/event/${event.traceId}`);
    }
    if (!answer.ended) {
      this.#timer = setTimeout(() => this.#ask(asked, answer.follow), ASK_EVERY_MS);
    }
    this.update();
  }

  async #ask(asked, follow) {
    const answer = await this.attempt(() => get(`/api/event/follow/${follow}`));
    this.#take(asked, answer ?? (this.answer && { ...this.answer, ended: true }));
  }

  #search = (submitted) => {
    submitted.preventDefault();
    const name = new FormData(submitted.target).get('name').trim();
    if (!name) {
      return;
    }
    const address = `#/event/${encodeURIComponent(name)}`;
    if (location.hash === address) {
      this.#begin('find', { name }, name);
    } else {
      location.hash = address;
    }
  };

  #copy = async () => {
    try {
      await navigator.clipboard.writeText(this.answer.curl);
      notice('The command is copied. It has no key: $(bin/key shop) asks for it.');
    } catch {
      notice('The browser does not allow to copy: mark the command below the table.', 'warn');
    }
  };

  template() {
    return html`<h1>One event</h1>
      <p class="lead">
        The way of one click or order: from the edge over its channel to each process that reads it, waiting apart from
        working. The numbers come from the records themselves, from what the services answer, and from whoever follows
        it: this page. In a terminal: <code>bin/trace ID</code>
      </p>
      <div class="panel row event-ask">
        <form @submit=${this.#search}>
          <label
            >Order, visitor or trace
            <input name="name" size="34" maxlength="300" required placeholder="shop/1001" .value=${this.argument} /></label
          ><button ?disabled=${this.busy}>Follow</button>
        </form>
        ${this.sends
          ? html`<span class="soft">or send one:</span>
              <button type="button" class="quiet" ?disabled=${this.busy} @click=${() => this.#begin('click', {}, '')}>
                Send a click
              </button>
              <button type="button" class="quiet" ?disabled=${this.busy} @click=${() => this.#begin('order', {}, '')}>
                Place an order
              </button>`
          : nothing}
      </div>
      ${this.answer?.trace.event ? this.#event(this.answer) : this.#nothing()}`;
  }

  #nothing() {
    if (this.busy || (this.answer && !this.answer.ended)) {
      return html`<p class="empty" role="status">Looking for it on the channels …</p>`;
    }
    return html`<p class="empty">
      An order is SOURCE/NUMBER, a trace 32 hexadecimal digits or a whole traceparent, a visitor anything else: its last
      click within an hour.
    </p>`;
  }

  #event({ trace, ended, notes, others, curl }) {
    const { event, steps } = trace;
    const rest = others.filter((other) => other.name !== event.place);
    return html`<section class="panel" aria-labelledby="event-title">
        <div class="row spread">
          <h2 id="event-title">${event.type} ${event.key ?? event.id}</h2>
          ${this.#state(steps, ended)}
        </div>
        <p class="soft event-names">
          Source ${event.source} · event <code>${event.id}</code> ${event.traceId
            ? html`· trace <code>${event.traceId}</code>`
            : nothing}
        </p>
        ${this.#waterfall(steps)}
      </section>
      <section class="panel">${this.#table(steps)}</section>
      ${notes.map((note) => html`<p class="notice unknown">${note}</p>`)}
      ${curl
        ? html`<section class="panel">
            <div class="row spread">
              <h2>The request</h2>
              <button type="button" class="quiet" @click=${this.#copy}>Copy as curl</button>
            </div>
            <pre>${curl}</pre>
          </section>`
        : nothing}
      ${rest.length
        ? html`<section class="panel">
            <h2>Other events there</h2>
            <ul class="event-others">
              ${rest.map(
                (other) =>
                  html`<li>
                    <a href=${`#/event/${encodeURIComponent(other.name)}`}>${other.type}</a>
                    <span class="soft">${moment(other.at)} · ${other.name}</span>
                  </li>`,
              )}
            </ul>
          </section>`
        : nothing}`;
  }

  #state(steps, ended) {
    const open = steps.filter((step) => step.state === 'not yet').length;
    if (open === 0) {
      return html`<span class="badge ok" role="status">all ${steps.length} steps</span>`;
    }
    return ended
      ? html`<span class="badge warn" role="status">${open} of ${steps.length} steps have not come</span>`
      : html`<span class="badge unknown" role="status">following: ${open} of ${steps.length} steps to come</span>`;
  }

  /** From the acceptance, or from the request that was sent before it, to the last moment. */
  #range(steps) {
    const accepted = ms(steps.find((step) => step.name === 'Accepted').moment.at);
    const times = steps.flatMap((step) => [
      ...step.spans.flatMap((span) => [ms(span.from), ms(span.to)]),
      ...(step.moment && /latest/.test(step.moment.basis) ? [] : step.moment ? [ms(step.moment.at)] : []),
    ]);
    const near = times.filter((time) => time >= accepted - SHOWN_BEFORE_MS);
    const begin = Math.min(accepted, ...near);
    return { begin, length: Math.max(20, Math.max(...near, accepted + 1) - begin) };
  }

  #waterfall(steps) {
    const { begin, length: whole } = this.#range(steps);
    const scaled = (time) => (this.linear ? time : Math.log1p(time / LINEAR_TO_MS));
    const plot = WIDTH - LABEL - 90;
    const x = (time) => LABEL + (scaled(Math.max(0, Math.min(time - begin, whole))) / scaled(whole)) * plot;
    const height = AXIS + steps.length * ROW + 4;
    const ticks = this.linear
      ? [0, 0.25, 0.5, 0.75, 1].map((part) => part * whole)
      : [0, 10, 100, 1000, 10_000, 60_000].filter((tick) => scaled(tick) < scaled(whole) * 0.92).concat(whole);
    return html`<figure class="event-figure">
      <figcaption class="row spread">
        <span class="row event-legend">
          ${Object.entries(KINDS).map(
            ([kind, [label]]) =>
              html`<span
                ><svg width="34" height="14" aria-hidden="true">${this.#pattern(`legend-${kind}`)}${this.#bar(kind, 1, 1, 32, 12, `legend-${kind}`)}</svg>
                ${label}</span
              >`,
          )}
          <span><svg width="12" height="14" aria-hidden="true"><path class="event-moment" d=${this.#diamond(6, 7)}></path></svg> moment</span>
        </span>
        <span class="row"
          ><span class="soft">${this.linear ? 'even axis' : 'logarithmic axis: each mark is ten times the one before'}</span
          ><button
            type="button"
            class="quiet"
            @click=${() => {
              this.linear = !this.linear;
              this.update();
            }}
          >
            ${this.linear ? 'Logarithmic axis' : 'Even axis'}
          </button></span
        >
      </figcaption>
      <svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Steps of the event on a time axis; the table has the same numbers.">
        ${this.#pattern('event')}
        ${ticks.map(
          (tick) =>
            svg`<line class="event-tick" x1=${x(begin + tick)} x2=${x(begin + tick)} y1=${AXIS - 6} y2=${height}></line>
              <text class="event-axis" x=${x(begin + tick)} y="14" text-anchor="middle">${tick === 0 ? '0' : length(tick)}</text>`,
        )}
        ${steps.map((step, row) => this.#row(step, AXIS + row * ROW, x, begin))}
      </svg>
    </figure>`;
  }

  #row(step, y, x, begin) {
    const middle = y + ROW / 2 + 4;
    const top = y + (ROW - BAR) / 2;
    const inPicture = step.moment && ms(step.moment.at) >= begin;
    const end = Math.max(
      LABEL,
      ...step.spans.map((span) => Math.max(x(ms(span.to)), x(ms(span.from)) + 3)),
      inPicture ? x(ms(step.moment.at)) + 5 : LABEL,
    );
    const total = step.spans.reduce((all, span) => all + ms(span.to) - ms(span.from), 0);
    const words =
      step.state === 'not yet'
        ? 'not yet'
        : step.state === 'does not come'
          ? 'does not come'
          : step.spans.length
            ? length(total)
            : step.moment
              ? inPicture && step.moment.basis !== 'at the latest'
                ? ''
                : `${BASES[step.moment.basis][0]}${clock(step.moment.at)}`
              : 'done; when is not recorded';
    return svg`<g>
      <rect class="event-lane" x="0" y=${y} width=${WIDTH} height=${ROW}></rect>
      <text class="event-step" x="0" y=${middle}>${step.name}</text>
      <text class="event-by" x=${LABEL - 12} y=${middle} text-anchor="end">${step.by}</text>
      ${step.spans.map((span) => {
        const from = x(ms(span.from));
        return this.#bar(span.kind, from, top, Math.max(3, x(ms(span.to)) - from), BAR, 'event');
      })}
      ${inPicture && step.moment.basis !== 'at the latest'
        ? svg`<path class="event-moment" d=${this.#diamond(x(ms(step.moment.at)), y + ROW / 2)}></path>`
        : nothing}
      <text class=${step.state === 'done' ? 'event-length' : 'event-open'} x=${end + 8} y=${middle}>${words}</text>
    </g>`;
  }

  #diamond(x, y) {
    return `M${x} ${y - 5}L${x + 5} ${y}L${x} ${y + 5}L${x - 5} ${y}Z`;
  }

  #pattern(id) {
    return svg`<defs>
      <pattern id="hatch-${id}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line class="event-hatch" x1="0" x2="0" y1="0" y2="6"></line>
      </pattern>
      <pattern id="dots-${id}" width="5" height="5" patternUnits="userSpaceOnUse">
        <circle class="event-dot" cx="2.5" cy="2.5" r="1.1"></circle>
      </pattern>
    </defs>`;
  }

  #bar(kind, x, y, width, height, id) {
    const fill = kind === 'waiting' ? `url(#hatch-${id})` : kind === 'both' ? `url(#dots-${id})` : nothing;
    return svg`<rect class="event-bar ${kind}" x=${x} y=${y} width=${width} height=${height} rx="2" fill=${fill}></rect>`;
  }

  #table(steps) {
    const cell = (step, kind) => (step.spans.some((span) => span.kind === kind) ? length(sum(step, kind)) : '');
    return html`<table class="event-table">
      <caption>
        Exact numbers. A moment is recorded in the event's own records, or seen by this page; “by” and “from” are limits.
        Of an event that was not followed, some moments are known to nobody.
      </caption>
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col">By</th>
          <th scope="col">When</th>
          ${Object.values(KINDS).map(([, label]) => html`<th scope="col" class="number">${label}</th>`)}
          <th scope="col">Where and from what it is known</th>
        </tr>
      </thead>
      <tbody>
        ${steps.map(
          (step) =>
            html`<tr>
              <th scope="row">${step.name}</th>
              <td>${step.by}</td>
              <td class="event-when">${this.#when(step)}</td>
              ${Object.keys(KINDS).map((kind) => html`<td class="number">${cell(step, kind)}</td>`)}
              <td>
                ${step.where ? html`<span class="mono">${step.where}</span><br />` : nothing}<span class="soft"
                  >${step.evidence}</span
                >
              </td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  #when(step) {
    if (step.state !== 'done') {
      return html`<span class="badge ${step.state === 'not yet' ? 'warn' : 'unknown'}">${step.state}</span>`;
    }
    if (!step.moment) {
      return html`<span class="soft">done; not recorded</span>`;
    }
    const [before, basis] = BASES[step.moment.basis];
    return html`<span title=${moment(step.moment.at)}>${before}${clock(step.moment.at)}</span><br /><span class="soft"
        >${basis}</span
      >`;
  }
}

customElements.define('event-view', EventView);
