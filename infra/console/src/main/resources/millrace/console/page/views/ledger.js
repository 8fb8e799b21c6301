// The ledger: written = on the channel = archived = counted, minute by minute and channel by channel.
import { View, failures, get, html, nothing } from '/lib/view.js';
import { count, moment, time } from '/lib/format.js';

const STATES = {
  balanced: { kind: 'ok', text: 'balanced' },
  open: { kind: 'unknown', text: 'not ended' },
  unknown: { kind: 'unknown', text: 'unknown' },
  unbalanced: { kind: 'bad', text: 'does not balance' },
};
const WORST = ['balanced', 'open', 'unknown', 'unbalanced'];

/** Dispositions that most records have: the cells of the table name the others. */
const USUAL = ['acknowledged', 'applied', 'archived'];
const ORDER = ['acknowledged', 'unsure', 'applied', 'refused', 'late', 'repeated', 'parked', 'dead-lettered', 'archived'];
const WINDOWS = { 15: '15 minutes, live', 60: '1 hour', 180: '3 hours', 360: '6 hours' };
const MOST_LINES = 4000;

const sum = (values) => values.reduce((all, value) => all + value, 0);
const certain = (counted) =>
  sum(Object.entries(counted.counts).map(([disposition, records]) => (disposition === 'unsure' ? 0 : records)));
const key = (line) => `${line.channel}/${line.minute}`;

/** 21:05, in the person's zone. */
const minuteText = (instant) => time(instant).slice(0, 5);

/** Records of a line by disposition, for those dispositions that need a word; of the reader that has most of each. */
function unusual(line) {
  const most = {};
  for (const { declared, counts } of line.counted) {
    for (const [disposition, records] of Object.entries(counts)) {
      if (declared && records > 0 && !USUAL.includes(disposition)) {
        most[disposition] = Math.max(most[disposition] || 0, records);
      }
    }
  }
  return ORDER.filter((disposition) => most[disposition]).map((disposition) => `${count(most[disposition])} ${disposition}`);
}

class LedgerView extends View {
  static feeds = ['ledger'];
  minutes = 15;
  until = '';
  asked = undefined; // The ledger of a time that the person has chosen.
  chosen = undefined; // Records of the line that the address names.
  question = 0;

  get ledger() {
    return this.minutes === 15 && !this.until ? this.data.ledger : this.asked;
  }

  argumentChanged() {
    this.chosen = undefined;
    if (this.argument) {
      this.readRecords();
    }
  }

  async readRecords() {
    const [channel, minute] = this.argument.split('/');
    const argument = this.argument;
    const query = new URLSearchParams({ channel, minute, limit: 200 });
    const page = await get(`/api/ledger/records?${query}`).catch((error) => ({ error: error.message }));
    if (argument === this.argument) {
      this.chosen = page;
      this.update();
    }
  }

  async ask() {
    const question = ++this.question;
    this.asked = undefined;
    this.update();
    if (this.minutes === 15 && !this.until) {
      return;
    }
    const query = new URLSearchParams({ minutes: this.minutes });
    if (this.until) {
      query.set('to', new Date(this.until).toISOString());
    }
    const ledger = await this.attempt(() => get(`/api/ledger?${query}`));
    if (question === this.question) {
      this.asked = ledger || { lines: [], notes: [], channels: [] };
      this.update();
    }
  }

  template() {
    const ledger = this.ledger;
    const lines = (ledger?.lines || []).slice(-MOST_LINES);
    return html`
      <h1>Ledger</h1>
      <p class="lead">
        Each minute of each channel: what its writers have written, what is on the channel, and what each reader has read.
        Every record counts once, by what became of it.
      </p>
      <p class="soft mono">GET /audit/ledger · bin/audit ledger</p>
      ${failures(this)}
      <div class="ledger-verdict">${this.verdict(ledger, lines)}</div>
      <section class="panel">
        <div class="row spread">
          <h2>Minutes and channels</h2>
          ${this.controls()}
        </div>
        ${this.table(ledger, lines)}
      </section>
      ${this.argument ? this.line(lines.find((line) => key(line) === this.argument)) : nothing}
    `;
  }

  controls() {
    return html`<form class="row" @submit=${(event) => event.preventDefault()}>
      <label
        >Time
        <select
          @change=${(event) => {
            this.minutes = Number(event.target.value);
            this.ask();
          }}
        >
          ${Object.entries(WINDOWS).map(
            ([minutes, text]) => html`<option value=${minutes} ?selected=${Number(minutes) === this.minutes}>${text}</option>`,
          )}
        </select>
      </label>
      <label
        >until
        <input
          type="datetime-local"
          .value=${this.until}
          @change=${(event) => {
            this.until = event.target.value;
            this.ask();
          }}
        />
      </label>
    </form>`;
  }

  verdict(ledger, lines) {
    if (!ledger) {
      return html`<p class="notice unknown">Audit reads the channels and the archive.</p>`;
    }
    const by = (state) => lines.filter((line) => line.state === state).length;
    const first = ledger.firstUnbalanced;
    const notes = (ledger.notes || []).slice(0, 10).map((note) => html`<p class="notice warn">${note}</p>`);
    if (first) {
      return html`<div class="notice bad row spread" data-first>
          <span
            ><strong>The first line that does not balance:</strong> ${first.channel}, ${moment(first.minute)}.
            ${first.why}.
            ${by('unbalanced') > 1 ? `${count(by('unbalanced') - 1)} more do not balance.` : ''}</span
          >
          <button type="button" class="quiet" @click=${() => this.choose(first)}>Show its records</button>
        </div>
        ${notes}`;
    }
    const ended = by('balanced');
    return html`<p class="notice ${lines.length === 0 ? 'unknown' : 'ok'}">
        ${lines.length === 0
          ? 'No record was written in this time.'
          : `All ${count(ended)} lines that have ended and are known balance.`}
        ${by('open') ? `${count(by('open'))} ${by('open') === 1 ? 'has' : 'have'} not ended.` : ''}
        ${by('unknown') ? `${count(by('unknown'))} cannot be known any more.` : ''}
      </p>
      ${notes}`;
  }

  choose(line) {
    location.hash = `#/ledger/${encodeURIComponent(line.channel)}/${line.minute}`;
    requestAnimationFrame(() => document.getElementById('ledger-line')?.focus());
  }

  table(ledger, lines) {
    if (lines.length === 0) {
      return html`<p class="empty">${ledger ? 'There is no line in this time.' : 'The ledger is on its way.'}</p>`;
    }
    const channels = ledger.channels.filter((channel) => lines.some((line) => line.channel === channel));
    const at = new Map(lines.map((line) => [key(line), line]));
    const minutes = [...new Set(lines.map((line) => line.minute))].sort().reverse();
    const first = ledger.firstUnbalanced && key(ledger.firstUnbalanced);
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Minutes and channels">
      <table class="ledger">
        <caption>
          Records by their timestamps, newest minute first, ${moment(ledger.from)} to ${time(ledger.to)}. A press on a
          number shows its line.
        </caption>
        <thead>
          <tr>
            <th scope="col">Minute</th>
            ${channels.map((channel) => html`<th scope="col" class="number">${channel}</th>`)}
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          ${minutes.map((minute) => this.minute(minute, channels, at, first))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">All</th>
            ${channels.map(
              (channel) =>
                html`<td class="number">
                  ${count(sum(lines.filter((line) => line.channel === channel).map((line) => line.onChannel || 0)))}
                </td>`,
            )}
            <td></td>
          </tr>
        </tfoot>
      </table>
    </div>`;
  }

  minute(minute, channels, at, first) {
    const lines = channels.map((channel) => at.get(`${channel}/${minute}`)).filter(Boolean);
    const worst = lines.reduce((a, b) => (WORST.indexOf(b.state) > WORST.indexOf(a.state) ? b : a));
    const state = STATES[worst.state];
    const same = lines.every((line) => line.why === worst.why);
    return html`<tr>
      <th scope="row">${minuteText(minute)}</th>
      ${channels.map((channel) => this.cell(at.get(`${channel}/${minute}`), first))}
      <td>
        <span class="badge ${state.kind}">${state.text}</span>
        ${worst.why ? html`<span class="soft">${same ? '' : `${worst.channel}: `}${worst.why}</span>` : nothing}
      </td>
    </tr>`;
  }

  cell(line, first) {
    if (!line) {
      return html`<td class="number soft">–</td>`;
    }
    const state = STATES[line.state];
    const words = unusual(line);
    const difference = line.state === 'unbalanced' ? `${line.difference > 0 ? '+' : '−'}${count(Math.abs(line.difference))}` : '';
    const label = `${line.channel} ${minuteText(line.minute)}: ${count(line.onChannel)} records, ${state.text}`;
    return html`<td class="number">
      <button
        type="button"
        class="ledger-cell ${state.kind} ${key(line) === first ? 'first' : ''}"
        aria-label=${label}
        aria-pressed=${key(line) === this.argument}
        @click=${() => this.choose(line)}
      >
        ${count(line.onChannel)}${difference ? html` <strong>${difference}</strong>` : nothing}
      </button>
      ${words.map((text) => html`<br /><span class="soft">${text}</span>`)}
    </td>`;
  }

  line(line) {
    const [channel, minute] = this.argument.split('/');
    const state = line && STATES[line.state];
    return html`<section class="panel" id="ledger-line" tabindex="-1" aria-label="The line">
      <div class="row spread">
        <h2>${channel}, ${moment(minute)}</h2>
        <a href="#/ledger">Close</a>
      </div>
      ${line
        ? html`<p><span class="badge ${state.kind}">${state.text}</span> ${line.why ? `${line.why}.` : this.equation(line)}</p>
            ${line.why ? html`<p>${this.equation(line)}</p>` : nothing} ${this.counts(line)}`
        : html`<p class="soft">The table does not show this line: it is of another time, or nothing was written.</p>`}
      ${this.records()}
    </section>`;
  }

  /** written 12 = on the channel 12 = archived 12 = counted by each reader 12 */
  equation(line) {
    const declared = line.counted.filter((counted) => counted.declared);
    const writers = declared.filter((counted) => counted.role === 'wrote');
    const readers = declared.filter((counted) => counted.role === 'read');
    const archived = readers.filter((reader) => 'archived' in reader.counts);
    const others = readers.filter((reader) => !archived.includes(reader));
    const terms = [
      ...(writers.length ? [['written', sum(writers.map(certain))]] : []),
      ['on the channel', line.onChannel],
      ...archived.map((reader) => ['archived', certain(reader)]),
      ...others.map((reader) => [`counted by ${reader.by}`, certain(reader)]),
    ];
    return html`<span class="ledger-equation"
      >${terms.map(
        ([what, records], at) =>
          html`${at === 0 ? nothing : html`<span class="soft" aria-hidden="true">${records === terms[at - 1][1] ? ' = ' : ' ≠ '}</span>`}${what}
            <strong>${count(records)}</strong>`,
      )}</span
    >`;
  }

  counts(line) {
    const all = line.counted.flatMap((counted) => Object.keys(counted.counts));
    const columns = [...ORDER.filter((name) => all.includes(name)), ...new Set(all.filter((name) => !ORDER.includes(name)))];
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Writers and readers">
      <table>
        <caption>
          Writers and readers, with their records by what became of them
        </caption>
        <thead>
          <tr>
            <th scope="col">Process</th>
            <th scope="col">Role</th>
            ${columns.map((name) => html`<th scope="col" class="number">${name}</th>`)}
            <th scope="col" class="number">all</th>
          </tr>
        </thead>
        <tbody>
          ${line.counted.map(
            (counted) =>
              html`<tr>
                <th scope="row">${counted.by}</th>
                <td>${counted.role}${counted.declared ? '' : ', not in the catalogue'}</td>
                ${columns.map((name) => html`<td class="number">${name in counted.counts ? count(counted.counts[name]) : ''}</td>`)}
                <td class="number">${count(certain(counted))}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  records() {
    const page = this.chosen;
    if (!page) {
      return html`<p class="soft">The records are read from the channel.</p>`;
    }
    if (page.error) {
      return html`<p class="notice bad">${page.error}</p>`;
    }
    const [channel, minute] = this.argument.split('/');
    const shown = page.records.length < page.found ? `the first ${count(page.records.length)} of ${count(page.found)}` : count(page.found);
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Records">
      <table>
        <caption>
          Records on the channel: ${shown}${page.complete ? '' : ', as far as was read in four seconds'}. Personal data is
          masked. <span class="mono">bin/kafka topics:tail ${channel} --since ${minute}</span>
        </caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Place</th>
            <th scope="col">Key</th>
            <th scope="col">Type</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          ${page.records.map(
            (record) =>
              html`<tr>
                <td>${time(record.timestamp)}</td>
                <td class="mono">${record.partition}/${record.offset}</td>
                <td class="mono">${record.key ?? '—'}</td>
                <td>${record.type ?? '—'}</td>
                <td class="mono ledger-value">${record.value ?? 'tombstone'}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }
}

customElements.define('ledger-view', LedgerView);
