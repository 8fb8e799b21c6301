import { View, html, nothing, get, failures } from '/lib/view.js';
import { count, rate, time } from '/lib/format.js';

const MOST_CHIPS = 24;
const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** Records of one partition, the latest at the left. Set records last: a list of {offset, key, hue}, latest first. */
class RecordLane extends HTMLElement {
  /** Key, as it is shown, whose records have a frame. */
  wanted = '';
  #list;
  #latest = -1;

  set records(records) {
    this.#list ??= this.#created();
    if (records.length > 0 && records[0].offset < this.#latest) {
      this.clear(); // The topic was made again.
    }
    const fresh = records.filter(({ offset }) => offset > this.#latest);
    if (fresh.length > 0) {
      this.#latest = fresh[0].offset;
      const before = this.#list.firstElementChild?.offsetLeft ?? 0;
      const first = this.#list.firstElementChild;
      this.#list.prepend(...fresh.map(chip));
      while (this.#list.children.length > MOST_CHIPS) {
        this.#list.lastElementChild.remove();
      }
      const moved = first?.isConnected ? first.offsetLeft - before : 0;
      if (!calm.matches && moved > 0) {
        this.#list.animate([{ transform: `translateX(${-moved}px)` }, { transform: 'none' }], {
          duration: 220,
          easing: 'ease-out',
        });
      }
    }
    for (const item of this.#list.children) {
      item.classList.toggle('wanted', this.wanted !== '' && item.dataset.key === this.wanted);
    }
  }

  clear() {
    this.#latest = -1;
    this.#list?.replaceChildren();
  }

  #created() {
    const list = document.createElement('ol');
    list.className = 'partitions-chips';
    this.append(list);
    return list;
  }
}

/** A key with its middle left out: keys of one channel often begin alike. */
const shortened = (key, begin, end) => (key.length <= begin + end + 1 ? key : `${key.slice(0, begin)}…${key.slice(-end)}`);

function chip({ offset, key, hue }) {
  const item = document.createElement('li');
  const text = document.createElement('span');
  const place = document.createElement('small');
  item.className = key === undefined ? 'key none' : `key key-${hue}`;
  item.title = key === undefined ? `offset ${offset}, without a key` : `${key}, offset ${offset}`;
  text.textContent = key === undefined ? 'no key' : shortened(key, 0, 11);
  place.textContent = offset;
  if (key !== undefined) {
    item.dataset.key = key;
  }
  item.append(text, place);
  return item;
}

customElements.define('record-lane', RecordLane);

/** "every record", or "1 in 7 records". */
const share = (oneIn) => (oneIn < 1.05 ? 'every record' : `1 in ${oneIn < 10 ? oneIn.toFixed(1) : count(oneIn)} records`);

/** Lanes of one channel, which the argument of the address names. */
class PartitionsView extends View {
  channels;
  stopped = false;
  key = '';
  where;
  #failure = '';
  #listening = '';
  #asked;
  #shown;

  async opened() {
    try {
      this.channels = await get('/api/partitions');
    } catch (error) {
      this.#failure = error.message;
    }
    this.#listen();
    this.update();
  }

  argumentChanged() {
    this.#listen();
  }

  get chosen() {
    return this.channels?.find(({ name }) => name === this.argument) ?? (this.argument ? undefined : this.channels?.[0]);
  }

  #listen() {
    if (!this.isConnected) {
      return; // The person has gone on to another view, which has the stream now.
    }
    const name = this.chosen?.name ?? '';
    if (name !== this.#listening) {
      this.#listening = name;
      this.data = {};
      this.errors = {};
      this.where = this.#shown = this.#asked = undefined;
      this.stopped = false;
      this.querySelectorAll('record-lane').forEach((lane) => lane.clear());
      this.listen(name ? [`records-${name}`] : []);
    }
  }

  received(feed) {
    if (!this.stopped && this.data[feed]) {
      this.#shown = this.data[feed];
    }
  }

  async #ask(event) {
    event.preventDefault();
    this.key = new FormData(event.target).get('key');
    const asked = (this.#asked = `${encodeURIComponent(this.chosen.name)}/where?key=${encodeURIComponent(this.key)}`);
    const where = await this.attempt(() => get(`/api/partitions/${asked}`));
    if (asked === this.#asked) {
      this.where = where;
    }
  }

  template() {
    const { chosen } = this;
    const value = this.#shown;
    return html`
      <h1>Partitions and keys</h1>
      <p class="lead">
        Records of a channel as they come, a lane for each partition, the latest at the left. Records of one key have one
        colour and stay in one lane, in sequence. Read from the ends on, in no consumer group, while this page listens. In a
        terminal: <code>bin/kafka topics:tail ${chosen?.name ?? 'CHANNEL'}</code>.
      </p>
      ${this.#failure ? html`<p class="notice bad">${this.#failure}</p>` : nothing}
      ${this.channels && !chosen ? html`<p class="notice warn">There is no channel ${this.argument}.</p>` : nothing}
      ${this.channels ? this.#chooser(chosen) : nothing} ${failures(this)} ${chosen ? this.#content(chosen, value) : nothing}
    `;
  }

  #chooser(chosen) {
    return html`
      <div class="row spread partitions-chooser">
        <div class="row">
          <label>
            Channel
            <select @change=${(event) => (location.hash = `#/partitions/${encodeURIComponent(event.target.value)}`)}>
              ${this.channels.map(({ name }) => html`<option value=${name} ?selected=${name === chosen?.name}>${name}</option>`)}
            </select>
          </label>
          ${chosen ? html`<span class="soft">Key: ${chosen.key}.</span>` : nothing}
          ${chosen?.masked ? html`<span class="badge warn">keys are masked: personal data</span>` : nothing}
        </div>
        <button
          type="button"
          class="quiet"
          aria-pressed=${this.stopped}
          @click=${() => {
            this.stopped = !this.stopped;
            this.update();
          }}
        >
          ${this.stopped ? 'Go on' : 'Hold still'}
        </button>
      </div>
    `;
  }

  #content(chosen, value) {
    const lanes = value?.sample.lanes ?? [];
    const shown = lanes.length > 0 ? lanes : Array.from({ length: chosen.lanes }, (_, partition) => ({ partition, records: [] }));
    return html`
      <section class="panel partitions-lanes" aria-label="Lanes of ${chosen.name}">
        ${shown.map((lane) => this.#lane(lane, value?.owners.filter(({ partition }) => partition === lane.partition) ?? []))}
        <p class="soft partitions-note">
          ${value?.sample.since
            ? html`The lanes show ${share(value.sample.shownOneIn)} since ${time(value.sample.since)}. Two keys may share one of the
                12 colours.`
            : 'Asking the brokers …'}
          ${chosen.partitions > chosen.lanes ? `Partitions from ${chosen.lanes} on are left out.` : ''}
          ${value ? this.#placement(value.sample) : nothing}
        </p>
      </section>
      <div class="panels">
        <section class="panel partitions-hottest">
          <h2>Hottest keys of the last minute</h2>
          ${this.#hottest(value?.sample)}
        </section>
        <section class="panel">
          <h2>Where would a key go?</h2>
          ${this.#question(chosen)}
        </section>
      </div>
    `;
  }

  #lane(lane, owners) {
    return html`
      <div class="partitions-lane">
        <div class="partitions-owner">
          <div class="row spread"><h2>Partition ${lane.partition}</h2><span class="number">${rate(lane.recordsPerSecond)}/s</span></div>
          <ul>
            ${owners.map(
              ({ group, member }) =>
                html`<li title=${member}><a href="#/consumers/${encodeURIComponent(group)}">${group}</a> <span class="soft">${member}</span></li>`,
            )}
          </ul>
          ${owners.length === 0 ? html`<span class="soft">no group has it</span>` : nothing}
        </div>
        <record-lane .wanted=${this.where?.shownAs ?? ''} .records=${lane.records}></record-lane>
      </div>
    `;
  }

  #placement({ read, elsewhere }) {
    if (read === 0) {
      return nothing;
    }
    return elsewhere === 0
      ? html`All ${count(read)} records with a key are where Kafka’s hash puts their keys.`
      : html`<span class="badge warn">${count(elsewhere)} of ${count(read)} records are in another partition than Kafka’s hash of their keys says</span>`;
  }

  #hottest(sample) {
    if (!sample || sample.hottest.length === 0) {
      return html`<p class="empty">No record with a key has come yet.</p>`;
    }
    const exact = sample.countedOneIn < 1.05 && sample.hottest.every(({ error }) => error === 0);
    return html`
      <table>
        <caption>
          ${exact
            ? html`Of ${count(sample.counted)} records, all that came while the page listened`
            : html`An estimate, from ${share(sample.countedOneIn)}; no key was seen less often than it says here, less what follows ±`}
        </caption>
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col" class="number">Partition</th>
            <th scope="col" class="number">Records</th>
            <th scope="col" class="number">Share</th>
          </tr>
        </thead>
        <tbody>
          ${sample.hottest.map(
            (hot) => html`
              <tr>
                <td><span class="key key-${hot.hue} inline" title=${hot.key}>${shortened(hot.key, 10, 18)}</span></td>
                <td class="number">${hot.partition < 0 ? '—' : hot.partition}</td>
                <td class="number">${count(hot.count)}${hot.error > 0 ? ` ±${count(hot.error)}` : ''}</td>
                <td class="number">${((100 * hot.count) / Math.max(1, sample.counted)).toFixed(1)} %</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    `;
  }

  #question(chosen) {
    const { where } = this;
    return html`
      <form @submit=${(event) => this.#ask(event)}>
        <label>Key <input name="key" required maxlength="1000" autocomplete="off" spellcheck="false" .value=${this.key} /></label>
        <button>Ask</button>
      </form>
      <div class="partitions-answer" role="status">
        ${where
          ? html`
              <p>
                <span class="key key-${where.hue} inline" title=${where.shownAs}>${shortened(where.shownAs, 10, 18)}</span>
                goes to <strong>partition ${where.partition}</strong>.
                ${where.owners.length > 0
                  ? html`Its readers: ${where.owners.map(({ group }, at) => html`${at > 0 ? ', ' : ''}${group}`)}.`
                  : nothing}
              </p>
              <p class="mono">murmur2 = ${where.murmur2}<br />positive = ${where.positive}<br />${where.positive} mod ${where.partitions} = ${where.partition}</p>
              <p class="soft">With another number of partitions it would go elsewhere, and its records would be in two lanes.</p>
            `
          : html`<p class="soft">
              The producer’s default: murmur2 of the key’s bytes, made positive, modulo the number of partitions.
              <code>GET /api/partitions/${chosen.name}/where?key=KEY</code>
            </p>`}
      </div>
    `;
  }
}

customElements.define('partitions-view', PartitionsView);
