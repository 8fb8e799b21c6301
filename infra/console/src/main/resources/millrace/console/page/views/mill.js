// The first page: the architecture as the catalogue has it, with what flows through it now.
import { View, failures, get, html, nothing, post, svg } from '/lib/view.js';
import { bytes, compact, count, rate, seconds } from '/lib/format.js';

const COLUMN = 143; // From a column to the next one.
const PROCESS = { width: 104, height: 58 };
const CHANNEL = { width: 122, height: 34 };
const ROW = 42;
const TOP = 18;
const MOST_STRANGERS = 6;

/** Characters of a lag with which the word fits before it. */
const LONGEST_LAG = 12;

/** Width of a lag that is written on its edge. */
const LABEL = 90;

/** A lag that is drawn on its edge: less is the usual time of a poll. */
const LAG_SECONDS = 2;
const LAG_RECORDS = 200;

/** Moving dots of an edge: how many, and in how many seconds they cross it. The rate is in records a second. */
function flow(perSecond) {
  if (!(perSecond > 0)) {
    return undefined;
  }
  const steps = [[1, 1, 4.5], [10, 2, 3.5], [100, 3, 2.5], [Infinity, 4, 1.5]];
  const [, dots, crossing] = steps.find(([below]) => perSecond < below);
  return { dots, crossing };
}

const isBehind = (lag) => lag && (lag.seconds >= LAG_SECONDS || lag.records >= LAG_RECORDS);

/** The largest lag of a reader is written before it, unless a channel is there. */
function isLabelled({ to, b, lag }, edges, places) {
  const y = b.y + PROCESS.height / 2;
  const isThere = (place) => place.kind === 'channel' && place.x < b.x && place.x + CHANNEL.width > b.x - LABEL && place.y < y && place.y + CHANNEL.height > y - ROW / 2;
  const isLarger = (edge) => edge.to === to && isBehind(edge.lag) && edge.lag.records > lag.records;
  return isBehind(lag) && !edges.some(isLarger) && ![...places.values()].some(isThere);
}

/** A process and a channel may have the same name. */
const ofProcess = (name) => `process ${name}`;
const ofChannel = (name) => `channel ${name}`;
const ofGroup = (name) => `group ${name}`;

/**
 * Where each node is. Columns follow the ranks of processes, each with the channels it owns in the column behind. A
 * process is the lower the higher its rank, and a channel of the first process is beside its first reader.
 */
function layout(map, strangers) {
  const places = new Map();
  const ranks = new Map(map.processes.map(({ name, rank }) => [name, rank]));
  const last = Math.max(...ranks.values());
  const ownedBy = (name) => map.channels.filter((channel) => channel.owner === name && !isShared(channel, ranks));
  const firstReader = (channel) =>
    Math.min(...channel.readers.map((name) => ranks.get(name)).filter((rank) => rank > ranks.get(channel.owner)), 99) % 99;
  const most = Math.max(...map.processes.map(({ name }) => ownedBy(name).length));
  const height = TOP + most * ROW;
  const level = (rank) => TOP + (Math.max(0, rank - 1) / Math.max(1, last - 1)) * (height - TOP - 2 * ROW);
  for (const { name, rank } of map.processes) {
    const own = ownedBy(name).sort((one, other) => firstReader(one) - firstReader(other));
    own.forEach((channel, at) => {
      const y = rank === 0 ? level(firstReader(channel)) : rank === last - 1 ? TOP + at * ROW : level(rank) + at * ROW;
      places.set(ofChannel(channel.name), { kind: 'channel', x: (2 * rank + 1) * COLUMN, y, channel });
    });
    const ys = own.map((channel) => places.get(ofChannel(channel.name)).y);
    const y = rank === 0 && ys.length ? ys.reduce((sum, one) => sum + one, 0) / ys.length : level(rank);
    places.set(ofProcess(name), { kind: 'process', x: 2 * rank * COLUMN, y: y - (PROCESS.height - CHANNEL.height) / 2, name });
  }
  map.channels
    .filter((channel) => isShared(channel, ranks))
    .forEach((channel, at) => {
      places.set(ofChannel(channel.name), { kind: 'channel', x: (2 * at + 1) * COLUMN, y: height + 6, channel, shared: true });
    });
  strangers.slice(0, MOST_STRANGERS).forEach((group, at) => {
    places.set(ofGroup(group.group), { kind: 'stranger', x: (2 * last + 1) * COLUMN, y: TOP + at * 66, group });
  });
  return { places, width: (2 * last + 1) * COLUMN + CHANNEL.width + 6, height: height + 6 + CHANNEL.height + 6 };
}

/** Bookkeeping that everybody writes belongs to no column: it gets a row of its own, without edges. */
const isShared = (channel, ranks) => !ranks.has(channel.owner) || channel.writers.length > 2;

class MillView extends View {
  static feeds = ['mill', 'mill-processes'];
  #map;
  #chosen;
  #sure;

  async opened() {
    this.#map = await this.attempt(() => get('/api/mill/map'));
  }

  received() {
    // The second press of a dangerous action is asked for within five seconds.
    if (this.#sure && Date.now() - this.#sure.at > 5000) {
      this.#sure = undefined;
    }
  }

  get #state() {
    const { mill, 'mill-processes': running } = this.data;
    // While the brokers do not answer, their last rates would look like those of now.
    const flow = this.errors.mill ? undefined : mill;
    return { channels: {}, groups: [], processes: [], faults: [], isFlowKnown: flow !== undefined, ...flow, ...running };
  }

  /** Processes of a type, such as orders.1 and orders.2. */
  #instances(type) {
    return this.#state.processes.filter((process) => process.type === type);
  }

  #groupsOf(type) {
    return this.#state.groups.filter((group) => group.consumer === type);
  }

  #strangers() {
    return this.#state.groups.filter((group) => !group.known);
  }

  template() {
    if (!this.#map) {
      return html`<h1>The mill</h1>${failures(this)}<p class="empty">Reading the catalogue…</p>`;
    }
    const drawn = layout(this.#map, this.#strangers());
    return html`
      <h1>The mill</h1>
      <p class="lead">
        The catalogue, with rates and lags of the brokers. Choose a process or a channel to see its way.
        <span class="soft">Also: <code>bin/kafka lag</code>, <code>bin/ps</code></span>
      </p>
      ${failures(this)}
      ${this.#summary()}
      <div class="mill">
        <div class="panel mill-map">${this.#drawing(drawn)}</div>
        ${this.#faults()} ${this.#details()}
      </div>
    `;
  }

  #drawing({ places, width, height }) {
    const way = this.#way();
    const edges = this.#edges(places);
    return svg`<svg viewBox="-3 0 ${width + 6} ${height}" role="group" aria-label="Processes and channels">
      ${edges.map((edge) => this.#edge(edge, way, isLabelled(edge, edges, places)))}
      ${[...places].map(([id, place]) => this.#node(id, place, way))}
    </svg>`;
  }

  #edges(places) {
    const edges = [];
    for (const channel of this.#map.channels) {
      const name = ofChannel(channel.name);
      const at = places.get(name);
      if (at.shared) {
        continue;
      }
      const perSecond = this.#state.channels[channel.name]?.rate ?? 0;
      for (const writer of channel.writers) {
        // How much each of several writers writes is not known.
        edges.push({ from: ofProcess(writer), to: name, a: places.get(ofProcess(writer)), b: at, perSecond: writer === channel.owner ? perSecond : 0 });
      }
      for (const reader of channel.readers) {
        const lag = this.#groupsOf(reader)[0]?.lag[channel.name];
        edges.push({ from: name, to: ofProcess(reader), a: at, b: places.get(ofProcess(reader)), perSecond, lag });
      }
    }
    for (const group of this.#strangers().slice(0, MOST_STRANGERS)) {
      for (const [name, lag] of Object.entries(group.lag)) {
        const at = places.get(ofChannel(name));
        if (at && !at.shared) {
          const to = ofGroup(group.group);
          edges.push({ from: ofChannel(name), to, a: at, b: places.get(to), perSecond: this.#state.channels[name]?.rate ?? 0, lag });
        }
      }
    }
    return edges.filter(({ a, b }) => a && b);
  }

  #edge({ from, to, a, b, perSecond, lag }, way, labelled) {
    const size = (place) => (place.kind === 'channel' ? CHANNEL : PROCESS);
    const back = b.x <= a.x;
    const x1 = back ? a.x : a.x + size(a).width;
    const y1 = a.y + size(a).height / 2;
    const x2 = back ? b.x + size(b).width : b.x;
    const y2 = b.y + size(b).height / 2;
    const bend = back ? -Math.max(30, (x1 - x2) / 2) : Math.max(30, (x2 - x1) / 2);
    const path = `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`;
    const behind = isBehind(lag);
    const dim = way && !(way.has(from) && way.has(to));
    const moving = dim ? undefined : flow(perSecond);
    const label = lag ? `${from} to ${to}: lag ${count(lag.records)} records, ${seconds(lag.seconds)}` : `${from} to ${to}`;
    return svg`<g class="edge ${behind ? 'behind' : ''} ${dim ? 'dim' : ''} ${way && !dim ? 'on' : ''}">
      <path d=${path}><title>${label}</title></path>
      ${moving ? Array.from({ length: moving.dots }, (_, at) => svg`<circle r="2.6" class="dot"><animateMotion path=${path} dur="${moving.crossing}s" begin="${(-at * moving.crossing) / moving.dots}s" repeatCount="indefinite"/></circle>`) : nothing}
      ${labelled && !dim ? svg`<text class="lag" x=${x2 - 6} y=${y2 - 6} text-anchor="end">${count(lag.records)} · ${seconds(lag.seconds)}</text>` : nothing}
    </g>`;
  }

  #node(id, place, way) {
    const dim = way && !way.has(id) ? 'dim' : '';
    const chosen = this.#chosen === id ? 'chosen' : '';
    const size = place.kind === 'channel' ? CHANNEL : PROCESS;
    const choose = () => this.#choose(id);
    const key = (event) => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        choose();
      }
    };
    const { state, label, lines } =
      place.kind === 'channel' ? this.#channelText(place.channel) : place.kind === 'process' ? this.#processText(place.name) : this.#strangerText(place.group);
    return svg`<g class="node ${place.kind} ${state} ${dim} ${chosen}" transform="translate(${place.x} ${place.y})"
        tabindex="0" role="button" aria-pressed=${this.#chosen === id} aria-label=${label} @click=${choose} @keydown=${key}>
      ${place.kind === 'process' && this.#groupsOf(place.name).length > 1 ? svg`<rect class="shadow" x="5" y="5" width=${size.width} height=${size.height} rx="8"/>` : nothing}
      <rect width=${size.width} height=${size.height} rx=${place.kind === 'channel' ? 18 : 8}/>
      ${lines.map(([text, kind], at) => svg`<text class=${kind} x=${size.width / 2} y=${(place.kind === 'channel' ? 15 : 18) + at * (place.kind === 'channel' ? 14 : 16)} text-anchor="middle">${text}</text>`)}
    </g>`;
  }

  #channelText(channel) {
    const now = this.#state.channels[channel.name];
    const short = channel.name.length > 18 ? channel.name.replace('-per-', '/') : channel.name;
    const flowing = now ? `${rate(now.rate)}/s` : '…';
    return { state: '', label: `Channel ${channel.name}, ${flowing}`, lines: [[short, 'name'], [flowing, 'sub']] };
  }

  #processText(type) {
    const instances = this.#instances(type);
    const down = instances.filter((process) => process.state !== 'up' || process.paused);
    const state = instances.length === 0 ? 'unknown' : down.length === instances.length ? 'down' : down.length > 0 || instances.some((process) => process.percent) ? 'partly' : 'up';
    const word = instances.length === 0 ? 'unknown' : instances.length === 1 ? this.#word(instances[0]) : `${instances.length - down.length} of ${instances.length} up`;
    const generations = this.#groupsOf(type).length;
    const lag = this.#groupsOf(type).flatMap((group) => Object.values(group.lag));
    const worst = Math.max(0, ...lag.map((one) => one.seconds || 0));
    const records = lag.reduce((sum, one) => sum + (one.records || 0), 0);
    const several = generations > 1 ? `${generations} generations` : undefined;
    const third = lag.length === 0 ? '' : several ?? `lag ${count(records)} · ${seconds(worst)}`;
    const drawn = lag.length === 0 ? '' : several ?? this.#drawnLag(records, worst);
    return { state, label: `Process ${type}, ${word}, ${third}`, lines: [[type, 'name'], [word, 'sub'], [drawn, 'sub']] };
  }

  /** A lag that fits into the box of a process. */
  #drawnLag(records, worst) {
    const text = `${compact(records)} · ${seconds(worst)}`;
    return text.length > LONGEST_LAG ? text : `lag ${text}`;
  }

  #word(process) {
    return process.paused ? 'paused' : process.percent ? `slow, ${process.percent} %` : process.state;
  }

  #strangerText(group) {
    const lag = Object.values(group.lag);
    const records = lag.reduce((sum, one) => sum + (one.records || 0), 0);
    return {
      state: 'stranger',
      label: `Unknown consumer group ${group.group}, ${group.members} members`,
      lines: [[group.group.slice(0, 14), 'name'], [`${group.members} members`, 'sub'], [`lag ${compact(records)}`, 'sub']],
    };
  }

  #choose(id) {
    this.#chosen = this.#chosen === id ? undefined : id;
    this.update();
    requestAnimationFrame(() => this.querySelector('.mill-details')?.scrollIntoView({ block: 'nearest' }));
  }

  /** Everything before and behind the chosen node. */
  #way() {
    if (!this.#chosen) {
      return undefined;
    }
    const up = new Map();
    const down = new Map();
    const add = (map, key, value) => map.set(key, [...(map.get(key) || []), value]);
    for (const channel of this.#map.channels) {
      const name = ofChannel(channel.name);
      if (channel.writers.length <= 2) {
        channel.writers.forEach((writer) => {
          add(down, ofProcess(writer), name);
          add(up, name, ofProcess(writer));
        });
      }
      channel.readers.forEach((reader) => {
        add(down, name, ofProcess(reader));
        add(up, ofProcess(reader), name);
      });
    }
    for (const group of this.#strangers()) {
      for (const name of Object.keys(group.lag)) {
        add(down, ofChannel(name), ofGroup(group.group));
        add(up, ofGroup(group.group), ofChannel(name));
      }
    }
    const way = new Set([this.#chosen]);
    for (const map of [up, down]) {
      const next = [this.#chosen];
      const seen = new Set(next);
      while (next.length > 0) {
        for (const neighbour of map.get(next.pop()) || []) {
          if (!seen.has(neighbour)) {
            seen.add(neighbour);
            way.add(neighbour);
            next.push(neighbour);
          }
        }
      }
    }
    return way;
  }

  #details() {
    const chosen = this.#chosen;
    if (!chosen) {
      return nothing;
    }
    const [kind, name] = [chosen.slice(0, chosen.indexOf(' ')), chosen.slice(chosen.indexOf(' ') + 1)];
    const content =
      kind === 'channel'
        ? this.#channelDetails(this.#map.channels.find((channel) => channel.name === name))
        : kind === 'group'
          ? this.#groupDetails(this.#state.groups.filter((group) => group.group === name))
          : this.#processDetails(name);
    return html`<aside class="panel mill-details" aria-label="Details of ${name}">
      <button type="button" class="quiet close" aria-label="Close" @click=${() => this.#choose(chosen)}>×</button>${content}
    </aside>`;
  }

  /** One line of figures over the map. */
  #summary() {
    const { processes, channels, groups, omittedGroups = 0, isFlowKnown } = this.#state;
    const known = (text) => (isFlowKnown ? text : '—');
    const well = processes.filter((process) => this.#kind(process) === 'ok').length;
    const written = Object.values(channels).reduce((sum, channel) => sum + (channel.rate || 0), 0);
    const accepted = this.#map.channels
      .filter((channel) => channel.owner === this.#map.processes[0].name)
      .reduce((sum, channel) => sum + (channels[channel.name]?.rate || 0), 0);
    const figures = [
      ['events in', known(`${rate(accepted)}/s`)],
      ['records written', known(`${rate(written)}/s`)],
      ['processes up', processes.length ? `${well} of ${processes.length}` : '—'],
      ['consumer groups', known(count(groups.length + omittedGroups))],
      ['unknown groups', known(count(this.#strangers().length))],
    ];
    return html`<dl class="figures">${figures.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
  }

  #kind(process) {
    return process.state === 'up' && !process.paused && !process.percent ? 'ok' : process.state === 'up' ? 'warn' : 'bad';
  }

  #channelDetails(channel) {
    const now = this.#state.channels[channel.name];
    const kept = channel.cleanupPolicy.includes('compact') ? `last of each key${channel.keptSeconds ? `, ${channel.keptSeconds / 86400} days` : ''}` : `${channel.keptSeconds / 86400} days`;
    const readers = this.#state.groups.filter((group) => group.lag[channel.name]);
    return html`
      <div><h2 class="mono">${channel.name}</h2>
      <p>${channel.summary}</p>
      <dl class="facts">
        <dt>Records</dt><dd class="number">${count(now?.records)}</dd>
        <dt>Rate</dt><dd class="number">${rate(now?.rate)}/s</dd>
        <dt>Partitions</dt><dd class="number">${channel.partitions}</dd>
        <dt>Key</dt><dd>${channel.key}</dd>
        <dt>Kept</dt><dd>${kept}</dd>
        <dt>Written by</dt><dd>${channel.writers.join(', ')}</dd>
        <dt>Read by</dt><dd>${[...channel.readers, channel.anyone ? 'anyone' : ''].filter(Boolean).join(', ') || 'nobody'}</dd>
      </dl></div>
      ${readers.length ? html`<div><h2>Lag of its readers</h2>
        <table><thead><tr><th>Group</th><th class="number">Records</th><th class="number">Time</th></tr></thead>
          <tbody>${readers.map((group) => html`<tr><td>${group.group}</td><td class="number">${count(group.lag[channel.name].records)}</td>
            <td class="number">${seconds(group.lag[channel.name].seconds)}</td></tr>`)}</tbody></table></div>` : nothing}
    `;
  }

  #groupDetails(groups) {
    return groups.map((group) => html`<div>
      <h2>Group <span class="mono">${group.group}</span></h2>
      <p>${group.known ? '' : 'No process of this application: another program reads these channels, and no service had to know it.'}
        ${group.state}, ${count(group.members)} members.</p>
      <table><thead><tr><th>Channel</th><th class="number">Lag</th><th class="number">Time</th></tr></thead>
        <tbody>${Object.entries(group.lag).map(([name, lag]) => html`<tr><td class="mono">${name}</td><td class="number">${count(lag.records)}</td>
          <td class="number">${seconds(lag.seconds)}</td></tr>`)}</tbody></table></div>`);
  }

  #processDetails(type) {
    const groups = this.#groupsOf(type);
    const instances = this.#instances(type);
    return html`
      <div><h2>${type}</h2>
      ${instances.map((process) => this.#instance(process))}
      ${this.#local && instances.length ? this.#scale(type, instances) : nothing}</div>
      ${groups.length > 1 ? html`<p>${groups.length} generations of its state are there: <a href="#/replay">Replay</a> compares them.</p>` : nothing}
      ${this.#groupDetails(groups)}
    `;
  }

  get #local() {
    return document.documentElement.dataset.local === 'true';
  }

  #instance(process) {
    return html`<div class="mill-instance">
      <div class="row spread"><strong>${process.name}</strong><span class="badge ${this.#kind(process)}">${this.#word(process)}</span></div>
      <p class="soft">${process.memoryBytes ? html`${bytes(process.memoryBytes)} of ${bytes(process.memoryLimitBytes)}` : nothing}
        ${process.restarts ? html` · restarted ${process.restarts} ×` : nothing} ${process.description && process.description !== process.state ? html` · ${process.description}` : nothing}</p>
      ${this.#local ? html`<div class="row">
        ${this.#action(process, 'kill', 'Kill', 'danger')}
        ${this.#action(process, 'stop', 'Stop 20 s', 'danger')}
        ${this.#action(process, 'pause', 'Pause 20 s', 'quiet')}
        ${this.#action(process, 'slow', 'Slow 20 s', 'quiet')}
      </div>` : nothing}
    </div>`;
  }

  /** A button that has to be pressed twice, within five seconds. */
  #action(process, kind, text, style) {
    const sure = this.#sure?.process === process.name && this.#sure.kind === kind;
    const press = () => {
      if (!sure) {
        this.#sure = { process: process.name, kind, at: Date.now() };
        this.update();
        return;
      }
      this.#sure = undefined;
      this.attempt(() => post('/api/faults', { kind, process: process.name, seconds: 20, ...(kind === 'slow' ? { value: 20 } : {}) }), `${text}: ${process.name}`);
    };
    return html`<button type="button" class=${style} @click=${press}>${sure ? 'Sure?' : text}</button>`;
  }

  #scale(type, instances) {
    const to = (quantity) => this.attempt(() => post('/api/mill/scale', { process: type, quantity }), `${type}: ${quantity} processes`);
    return html`<div class="row"><span>Processes: ${instances.length}</span>
      <button type="button" class="quiet" ?disabled=${instances.length <= 1} @click=${() => to(instances.length - 1)}>One fewer</button>
      <button type="button" class="quiet" @click=${() => to(instances.length + 1)}>One more</button></div>`;
  }

  #faults() {
    const faults = this.#state.faults || [];
    if (faults.length === 0) {
      return nothing;
    }
    const now = Date.now();
    return html`<section class="panel"><h2>In force</h2>
      <ul class="plain">${faults.map((fault) => html`<li class="row spread">
        <span>${fault.kind} ${fault.process}${fault.endsAt ? html` · undone in ${seconds(Math.max(0, Math.ceil((Date.parse(fault.endsAt) - now) / 1000)))}` : nothing}</span>
        <button type="button" class="quiet" @click=${() => this.attempt(() => post(`/api/faults/${fault.id}/revert`), 'Reverted')}>Undo</button></li>`)}</ul></section>`;
  }
}

customElements.define('mill-view', MillView);
