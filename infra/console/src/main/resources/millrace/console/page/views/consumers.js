import { View, html, svg, nothing, get, failures } from '/lib/view.js';
import { count, rate, seconds, time } from '/lib/format.js';
import '/lib/chart.js';

const KEPT_MS = 10 * 60 * 1000;
const GAP_MS = 5000;
const MOST_SAMPLES = 600;
const STATES = { Stable: 'ok', Empty: 'unknown', Dead: 'bad', Unknown: 'unknown' };
const SPARK = { width: 180, height: 30 };

/** Growth of a lag: +12/s, −4.5/s, steady. */
function trend(value) {
  if (!Number.isFinite(value)) {
    return '—';
  }
  return Math.abs(value) < 0.05 ? 'steady' : `${value > 0 ? '+' : '−'}${rate(Math.abs(value))}/s`;
}

function caughtUp(group) {
  if (group.records === undefined) {
    return '—';
  }
  if (group.records === 0) {
    return 'now';
  }
  if (group.keepsUp) {
    return 'keeps up';
  }
  return group.caughtUpInSeconds === undefined ? 'never, by this trend' : `in ${seconds(group.caughtUpInSeconds)}`;
}

const several = (number, noun) => `${count(number)} ${noun}${number === 1 ? '' : 's'}`;

function changed({ joined, left, moved }) {
  const parts = [];
  if (joined.length > 0) {
    parts.push(`${joined.length} joined`);
  }
  if (left.length > 0) {
    parts.push(`${left.length} left`);
  }
  if (moved > 0) {
    parts.push(`${several(moved, 'partition')} moved`);
  }
  return parts.join(', ') || 'nothing changed';
}

/** Every consumer group; the argument of the address names the one that is shown in detail. */
class ConsumersView extends View {
  static feeds = ['consumers'];
  measure = 'records';
  #detail;
  #tasks;
  #topology;
  #first = '';
  #failure = '';
  #columns = { at: [], records: [], seconds: [] };
  #loaded = '';
  #asking = false;
  #ticks = 0;

  /** The group of the address, else the first one of this project: it stays when others appear. */
  get chosen() {
    const groups = this.data.consumers?.groups ?? [];
    this.#first ||= (groups.find(({ known }) => known) ?? groups[0])?.name ?? '';
    return this.argument || this.#first;
  }

  received() {
    if (this.#loaded === this.chosen) {
      this.#append();
    }
    this.#ask();
  }

  argumentChanged() {
    this.#ask();
  }

  get #exists() {
    return (this.data.consumers?.groups ?? []).some(({ name }) => name === this.chosen);
  }

  /** Asks for the details of the chosen group, one question at a time. */
  async #ask() {
    const group = this.chosen;
    if (this.#asking || !this.#exists) {
      return;
    }
    this.#asking = true;
    const path = `/api/consumers/${encodeURIComponent(group)}`;
    try {
      if (this.#loaded !== group) {
        this.#detail = this.#tasks = this.#topology = undefined;
        this.#columns = await get(`${path}/history`);
        this.#loaded = group;
      }
      this.#detail = await get(path);
      if (this.#detail.tasks && this.#ticks++ % 5 === 0) {
        this.#tasks = await get(`${path}/tasks`).catch(() => undefined);
        this.#topology ??= await get(`${path}/topology`).catch(() => undefined);
      }
      this.#failure = '';
    } catch (error) {
      this.#detail = undefined;
      this.#loaded = '';
      this.#failure = error.message;
    } finally {
      this.#asking = false;
      this.update();
    }
    if (this.isConnected && this.chosen !== group) {
      this.#ask();
    }
  }

  #append() {
    const { at, groups } = this.data.consumers;
    const group = groups.find(({ name }) => name === this.#loaded);
    const now = Date.parse(at);
    const columns = this.#columns;
    if (!group || now <= (columns.at.at(-1) ?? 0)) {
      return;
    }
    columns.at.push(now);
    columns.records.push(group.records ?? null);
    columns.seconds.push(group.seconds ?? null);
    while (columns.at.length > MOST_SAMPLES || columns.at[0] < now - KEPT_MS) {
      Object.values(columns).forEach((column) => column.shift());
    }
  }

  /** Columns of the chart: a moment without a value stands between samples that are far apart. */
  #chartData() {
    const times = [];
    const values = [];
    this.#columns.at.forEach((at, index) => {
      const before = this.#columns.at[index - 1];
      if (before !== undefined && at - before > GAP_MS) {
        times.push((before + 1) / 1000);
        values.push(null);
      }
      times.push(at / 1000);
      values.push(this.#columns[this.measure][index] ?? null);
    });
    return [times, values];
  }

  template() {
    const overview = this.data.consumers;
    return html`
      <h1>Consumers</h1>
      <p class="lead">
        Every consumer group of this cluster, as its coordinator knows it, and the lag of its committed offsets. Groups of
        programs that are not of this project appear by themselves. Sampled each second while a page listens:
        ${overview ? html`since ${time(overview.since)}` : 'it begins now'}.
        In a terminal: <code>bin/kafka lag</code>.
      </p>
      ${failures(this)}
      <section class="panel consumers-list">${this.#list(overview)}</section>
      ${this.#failure ? html`<p class="notice bad">${this.#failure}</p>` : nothing}
      ${overview?.groups.length > 0 && !this.#exists
        ? html`<p class="notice unknown">There is no consumer group ${this.chosen}.</p>`
        : nothing}
      <div class="consumers-detail">
        ${this.#detail && this.#exists && this.#loaded === this.chosen ? this.#group(overview, this.#detail) : nothing}
      </div>
    `;
  }

  #list(overview) {
    if (!overview) {
      return html`<p class="empty">Asking the brokers …</p>`;
    }
    if (overview.groups.length === 0) {
      return html`<p class="empty">No consumer group has read anything.</p>`;
    }
    return html`
      <table>
        <caption>
          Groups${overview.omitted ? `; ${several(overview.omitted, 'more group')} left out` : ''}
        </caption>
        <thead>
          <tr>
            <th scope="col">Group</th>
            <th scope="col">State</th>
            <th scope="col" class="number">Members</th>
            <th scope="col" class="number">Lag</th>
            <th scope="col" class="number">Behind</th>
            <th scope="col" class="number">Trend</th>
            <th scope="col" class="number">Caught up</th>
            <th scope="col" class="consumers-spark">Last ten minutes</th>
            <th scope="col">Last rebalance</th>
          </tr>
        </thead>
        <tbody>
          ${overview.groups.map((group) => this.#row(overview, group))}
        </tbody>
      </table>
      <p class="soft consumers-legend">
        <svg width="12" height="12" aria-hidden="true"><rect class="consumers-lag" y="4" width="12" height="8"></rect></svg>
        largest lag in 10 s
        <svg width="12" height="12" aria-hidden="true"><line class="consumers-mark" x1="6" x2="6" y1="0" y2="12"></line></svg>
        a rebalance
      </p>
    `;
  }

  #row(overview, group) {
    const last = group.lastRebalance;
    return html`
      <tr class=${group.name === this.chosen ? 'chosen' : ''}>
        <td>
          <a href="#/consumers/${encodeURIComponent(group.name)}" aria-current=${group.name === this.chosen}>${group.name}</a>
          ${group.suffix && group.known ? html`<span class="badge">generation ${group.suffix.slice(2)}</span>` : nothing}
          ${group.known ? nothing : html`<span class="badge warn">not in the catalogue</span>`}
        </td>
        <td><span class="badge ${STATES[group.state] ?? 'warn'}">${group.state}</span></td>
        <td class="number">${count(group.members)}</td>
        <td class="number">${count(group.records)}</td>
        <td class="number">${seconds(group.seconds)}</td>
        <td class="number">${trend(group.growthPerSecond)}</td>
        <td class="number">${caughtUp(group)}</td>
        <td class="consumers-spark">${this.#spark(overview, group)}</td>
        <td>${last ? html`${time(last.at)}: ${changed(last)}` : html`<span class="soft">none seen</span>`}</td>
      </tr>
    `;
  }

  #spark(overview, group) {
    const most = Math.max(1, ...group.lately.map((lag) => lag ?? 0));
    const width = SPARK.width / group.lately.length;
    const begin = Date.parse(overview.at) - KEPT_MS;
    const known = group.lately.some((lag) => lag !== undefined && lag !== null);
    const label =
      (known ? `Largest lag ${count(most === 1 ? Math.max(0, ...group.lately) : most)}` : 'Lag unknown') +
      `, ${several(group.rebalances.length, 'rebalance')}`;
    return html`
      <svg role="img" aria-label=${label} viewBox="0 0 ${SPARK.width} ${SPARK.height}" width=${SPARK.width} height=${SPARK.height}>
        <line class="consumers-base" x1="0" x2=${SPARK.width} y1=${SPARK.height - 0.5} y2=${SPARK.height - 0.5}></line>
        ${group.lately.map((lag, at) => {
          const height = lag === null ? 0 : Math.max(lag > 0 ? 1.5 : 0, (lag / most) * (SPARK.height - 4));
          return height === 0
            ? nothing
            : svg`<rect class="consumers-lag" x=${at * width} y=${SPARK.height - height} width=${width} height=${height}></rect>`;
        })}
        ${group.rebalances.map((at) => {
          const x = Math.max(1, ((at - begin) / KEPT_MS) * SPARK.width - 1);
          return svg`<line class="consumers-mark" x1=${x} x2=${x} y1="0" y2=${SPARK.height}></line>`;
        })}
      </svg>
    `;
  }

  #group(overview, { group, rebalances }) {
    const data = this.#chartData();
    const marks = rebalances.map((rebalance) => ({ at: Date.parse(rebalance.at) / 1000, text: this.#mark(rebalance) }));
    return html`
      <section class="panel">
        <div class="row spread">
          <h2>${group.name}</h2>
          <div class="row" role="group" aria-label="Unit of the chart">
            ${[['records', 'Records'], ['seconds', 'Seconds']].map(
              ([measure, text]) => html`
                <button
                  type="button"
                  class=${this.measure === measure ? '' : 'quiet'}
                  aria-pressed=${this.measure === measure}
                  @click=${() => {
                    this.measure = measure;
                    this.update();
                  }}
                >
                  ${text}
                </button>
              `,
            )}
          </div>
        </div>
        <p class="soft">
          ${group.type} protocol${group.assignor ? html`, assignor <code>${group.assignor}</code>` : nothing}${group.coordinator
            ? html`, coordinator is broker ${group.coordinator}`
            : nothing}.
          <code>GET /api/consumers/${encodeURIComponent(group.name)}</code>
        </p>
        <time-chart
          .label=${`Lag of ${group.name}`}
          .series=${[this.measure === 'records' ? 'Lag in records' : 'Lag in seconds']}
          .unit=${this.measure === 'records' ? 'records' : 's'}
          .marks=${marks}
          .data=${data}
        ></time-chart>
      </section>
      <div class="consumers-columns">
        <section class="panel">
          <h2>Members and their partitions</h2>
          ${this.#members(group)}
        </section>
        <section class="panel">
          <h2>Rebalances</h2>
          ${this.#rebalances(overview, rebalances)}
        </section>
      </div>
      ${this.#tasks ? html`<section class="panel"><h2>Tasks of Kafka Streams</h2>${this.#taskTable(this.#tasks)}</section>` : nothing}
      <section class="panel">
        <h2>Lag of each partition</h2>
        ${this.#partitions(group)}
      </section>
    `;
  }

  #mark({ joined, left }) {
    const text = `${joined.length > 0 ? `+${joined.length}` : ''} ${left.length > 0 ? `−${left.length}` : ''}`.trim();
    return text || '↻';
  }

  #members(group) {
    if (group.members.length === 0) {
      return html`<p class="empty">
        ${['Classic', 'Consumer', 'Streams'].includes(group.type)
          ? 'No member: nothing reads for this group.'
          : `The members of a group of type ${group.type} are not shown.`}
      </p>`;
    }
    const lags = new Map(
      group.lag.flatMap((lag) => lag.partitions.map((one) => [`${lag.channel}-${one.partition}`, one.records])),
    );
    const behind = (member) =>
      Object.entries(member.partitions)
        .flatMap(([channel, partitions]) => partitions.map((partition) => lags.get(`${channel}-${partition}`) ?? 0))
        .reduce((sum, lag) => sum + lag, 0);
    return html`
      <table>
        <thead>
          <tr><th scope="col">Member</th><th scope="col">Partitions</th><th scope="col" class="number">Lag</th></tr>
        </thead>
        <tbody>
          ${group.members.map(
            (member) => html`
              <tr>
                <td><span class="mono">${member.name}</span><br /><span class="soft">at ${member.host}</span></td>
                <td>
                  ${member.tasks.length > 0 ? html`<p>Tasks <span class="mono">${member.tasks.join(' ')}</span></p>` : nothing}
                  <ul class="consumers-assigned">
                    ${Object.entries(member.partitions).map(
                      ([channel, partitions]) =>
                        html`<li>${channel} ${partitions.map((partition) => html`<span class="consumers-partition">${partition}</span>`)}</li>`,
                    )}
                  </ul>
                  ${Object.keys(member.partitions).length === 0 ? html`<span class="soft">none: a spare member</span>` : nothing}
                </td>
                <td class="number">${count(behind(member))}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    `;
  }

  #rebalances(overview, rebalances) {
    if (rebalances.length === 0) {
      return html`<p class="empty">None was seen since ${time(overview?.since)}.</p>`;
    }
    return html`
      <div class="scroll" tabindex="0" role="region" aria-label="Rebalances">
        <table>
          <thead>
            <tr><th scope="col">At</th><th scope="col">What changed</th></tr>
          </thead>
          <tbody>
            ${rebalances.toReversed().map(
              (rebalance) => html`
                <tr>
                  <td class="consumers-at">${time(rebalance.at)}</td>
                  <td>
                    ${rebalance.joined.map((name) => html`<div><span class="badge ok">joined</span> <span class="mono">${name}</span></div>`)}
                    ${rebalance.left.map((name) => html`<div><span class="badge warn">left</span> <span class="mono">${name}</span></div>`)}
                    <span class="soft">
                      ${several(rebalance.moved, 'partition')} changed hands,
                      ${rebalance.tookSeconds > 0 ? `in ${seconds(rebalance.tookSeconds)}` : 'in less than a second'};
                      ${several(rebalance.members, 'member')} since.
                      ${rebalance.after ? `No page listened from ${time(rebalance.after)} on.` : ''}
                    </span>
                  </td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    `;
  }

  #taskTable(progress) {
    return html`
      <p class="soft">
        The instance at ${progress.instance} is ${progress.state}; it answers <code>GET /progress</code>. A task is a
        sub-topology and a partition: 1_0 reads partition 0 of the channels of sub-topology 1.
      </p>
      <ul class="consumers-tasks">
        ${(progress.tasks ?? []).map(
          (task) => html`<li><span class="mono">${task.id}</span> <span class="soft">lag ${count(task.lag)}</span></li>`,
        )}
      </ul>
      ${this.#topology
        ? html`<details>
            <summary>Topology, as <code>GET /topology</code> describes it</summary>
            <pre tabindex="0" aria-label="Topology">${this.#topology.text}</pre>
          </details>`
        : nothing}
    `;
  }

  #partitions(group) {
    if (group.lag.length === 0) {
      return html`<p class="empty">No offsets are committed.</p>`;
    }
    const owners = new Map(
      group.members.flatMap((member) =>
        Object.entries(member.partitions).flatMap(([channel, partitions]) =>
          partitions.map((partition) => [`${channel}-${partition}`, member.name]),
        ),
      ),
    );
    return html`
      <div class="scroll" tabindex="0" role="region" aria-label="Lag of each partition">
        <table>
          <thead>
            <tr>
              <th scope="col">Channel, partition</th>
              <th scope="col">Member</th>
              <th scope="col" class="number">Committed</th>
              <th scope="col" class="number">End</th>
              <th scope="col" class="number">Lag</th>
              <th scope="col" class="number">Behind</th>
              <th scope="col" class="number">Written</th>
              <th scope="col" class="number">Read</th>
            </tr>
          </thead>
          ${group.lag.map(
            (lag) => html`
              <tbody>
                <tr class="consumers-channel">
                  <th scope="row" colspan="4">${lag.channel}</th>
                  <td class="number">${count(lag.records)}</td>
                  <td class="number">${seconds(lag.seconds)}</td>
                  <td class="number">${rate(lag.producedPerSecond)}/s</td>
                  <td class="number">${rate(lag.consumedPerSecond)}/s</td>
                </tr>
                ${lag.partitions.map(
                  (one) => html`
                    <tr>
                      <td class="consumers-indent">${one.partition}</td>
                      <td class="mono">${owners.get(`${lag.channel}-${one.partition}`) ?? '—'}</td>
                      <td class="number">${one.committed === undefined ? 'none' : count(one.committed)}</td>
                      <td class="number">${count(one.end)}</td>
                      <td class="number">${count(one.records)}</td>
                      <td class="number">${seconds(one.seconds)}</td>
                      <td></td>
                      <td></td>
                    </tr>
                  `,
                )}
              </tbody>
            `,
          )}
        </table>
      </div>
    `;
  }
}

customElements.define('consumers-view', ConsumersView);
