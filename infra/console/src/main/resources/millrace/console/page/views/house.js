// The house: memory against the dynos, the plan's quotas, topics, certificates and the disk.
import { View, html, nothing, failures } from '/lib/view.js';
import { count, moment } from '/lib/format.js';

const LEVELS = {
  BELOW: ['ok', 'below the limit'],
  NEAR: ['warn', 'near the limit'],
  OVER: ['bad', 'over the limit'],
  NO_LIMIT: ['unknown', 'no limit'],
};
const VALIDITY = { VALID: ['ok', 'valid'], SOON: ['warn', 'expires soon'], EXPIRED: ['bad', 'expired'], NOT_YET: ['bad', 'not valid yet'] };
const TOPICS = { 'as in the catalogue': 'ok', differs: 'warn', missing: 'bad', 'not in the catalogue': 'unknown' };
const MIB = 1024 * 1024;

const mib = (value) => `${count(value / MIB)} MiB`;

/** With the units of the plans and of bin/kafka, which are powers of 1,024: 4.3 MiB, 150 GiB */
function bytes(value) {
  if (!Number.isFinite(value)) {
    return '—';
  }
  const unit = value < MIB ? 0 : value < 1024 * MIB ? 1 : 2;
  const number = value / 1024 ** (unit + 1);
  return `${number >= 100 || number === 0 ? Math.round(number) : number.toFixed(1)} ${['KiB', 'MiB', 'GiB'][unit]}`;
}

const percent = (value) => `${(100 * value).toFixed(value < 0.1 ? 1 : 0)}\u00a0%`;
const badge = ([kind, text]) => html`<span class="badge ${kind}">${text}</span>`;
const inUnit = (value, unit) =>
  unit === 'bytes' ? bytes(value) : unit === 'bytes/s' ? `${bytes(value)}/s` : count(value);

/** A bar of what is used; its number is beside it. */
const bar = (used, limit, level) => html`<span class="bar ${level === 'NEAR' ? 'warn' : level === 'OVER' ? 'bad' : ''}" aria-hidden="true"
  ><span .style=${`width:${limit ? Math.min(100, (100 * used) / limit) : 0}%`}></span
></span>`;

class HouseView extends View {
  static feeds = ['house-processes', 'house-cluster', 'house-rest'];

  get #isLocal() {
    return document.documentElement.dataset.local === 'true';
  }

  template() {
    return html`
      <h1>House</h1>
      <p class="lead">
        Whether there is room: the memory of each process against its dyno, what of the plan is used, the days that certificates
        are valid.
        <span class="quiet-line">${
          this.#isLocal
            ? html`The same as commands: <code>bin/ps</code>, <code>bin/kafka info</code>, <code>bin/kafka topics</code>,
                <code>bin/doctor</code>.`
            : html`This deployment is not on this machine. Memory of its dynos and limits of its plan cannot be read from here:
                <code>heroku ps</code>, <code>heroku logs</code> (R14) and <code>heroku kafka:info</code> show them.`
        }</span>
      </p>
      ${failures(this)} ${this.#isLocal ? this.#near() : nothing}
      ${this.#isLocal ? this.#memory() : nothing}
      <div class="panels house-panels">${this.#isLocal ? this.#plan() : nothing} ${this.#isLocal ? this.#disk() : nothing}</div>
      ${this.#certificates()} ${this.#topics()}
    `;
  }

  /** Names what is near a limit or over it. */
  #near() {
    const processes = this.data['house-processes'];
    const quotas = this.data['house-cluster']?.quotas ?? [];
    if (!processes) {
      return html`<p class="notice unknown">Asking for the processes.</p>`;
    }
    const full = (level) => level === 'NEAR' || level === 'OVER';
    const named = [
      ...processes
        .filter(({ level }) => full(level))
        .map(({ name, memory, limit }) => `${name} has ${mib(memory)} of ${mib(limit)} (${percent(memory / limit)})`),
      ...quotas
        .filter(({ level }) => full(level))
        .map(({ name, used, limit, unit }) => `${name}: ${inUnit(used, unit)} of ${inUnit(limit, unit)}`),
    ];
    return named.length === 0
      ? html`<p class="notice ok">Nothing uses 80 % of its limit or more.</p>`
      : html`<p class="notice warn">80 % of a limit or more: ${named.join('; ')}.</p>`;
  }

  #memory() {
    const processes = this.data['house-processes'] ?? [];
    const all = processes.reduce((sum, { memory }) => sum + memory, 0);
    return html`<section class="panel house-memory">
      <div class="row spread">
        <h2>Memory</h2>
        <span class="figure">${mib(all)}</span>
      </div>
      <div class="scroll-x">
        <table>
          <caption>
            Resident memory of each process, against the memory of its dyno: with more it is logged as R14, with twice as much it
            is killed. Brokers, database, console and shoppers run in no dyno here.
          </caption>
          <thead>
            <tr><th>Process</th><th>State</th><th class="third">Used</th><th class="number">Memory</th><th class="number">Of</th>
              <th class="number">Share</th><th>Verdict</th><th class="number">Restarts</th></tr>
          </thead>
          <tbody>
            ${processes.map(
              ({ name, description, paused, memory, limit, level, restarts, since }) => html`<tr>
                <td class="mono">${name}</td>
                <td title="since ${moment(since)}">${description}${paused ? ', paused' : ''}</td>
                <td>${limit ? bar(memory, limit, level) : nothing}</td>
                <td class="number">${mib(memory)}</td>
                <td class="number">${limit ? mib(limit) : '—'}</td>
                <td class="number">${limit ? percent(memory / limit) : '—'}</td>
                <td>${badge(LEVELS[level])}</td>
                <td class="number">${restarts}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </section>`;
  }

  #plan() {
    const cluster = this.data['house-cluster'];
    return html`<section class="panel">
      <div class="row spread">
        <h2>Plan</h2>
        ${cluster ? html`<span class="badge ${cluster.healthy ? 'ok' : 'bad'}">${cluster.message}</span>` : nothing}
      </div>
      ${
        cluster
          ? html`<table>
              <caption>${cluster.plan}, Kafka ${cluster.version}, ${count(cluster.recordsPerSecond)} records a second</caption>
              <thead>
                <tr><th class="quarter">Quota</th><th class="third">Used</th><th class="number">Number</th><th class="number">Of</th><th>Verdict</th></tr>
              </thead>
              <tbody>
                ${cluster.quotas.map(
                  ({ name, unit, used, limit, level }) => html`<tr>
                    <td>${name}</td>
                    <td>${limit === 0 ? nothing : bar(used, limit, level)}</td>
                    <td class="number">${inUnit(used, unit)}</td>
                    <td class="number">${limit === 0 ? '—' : inUnit(limit, unit)}</td>
                    <td>${badge(LEVELS[level])}</td>
                  </tr>`,
                )}
              </tbody>
            </table>`
          : html`<p class="empty">Asking the cluster.</p>`
      }
      <p class="soft">
        Rates are averages of some seconds. Data and rates count each record once, although the PaaS keeps three replicas.
      </p>
    </section>`;
  }

  #disk() {
    const disk = this.data['house-rest']?.disk;
    const used = disk ? disk.total - disk.free : 0;
    return html`<section class="panel">
      <h2>Disk</h2>
      ${
        disk
          ? html`<table>
              <caption class="mono">${disk.home}</caption>
              <tbody>
                <tr><td>Data of brokers and database</td><td class="number">${bytes(disk.data)}</td></tr>
                <tr><td>Logs</td><td class="number">${bytes(disk.logs)}</td></tr>
                <tr><td>Free on the disk</td><td class="number">${bytes(disk.free)}</td></tr>
              </tbody>
            </table>
            ${bar(used, disk.total, used > disk.total * 0.95 ? 'NEAR' : 'BELOW')}
            <p class="soft">${bytes(used)} of ${bytes(disk.total)} are used, by all that is on the disk (${percent(used / disk.total)}).</p>`
          : html`<p class="empty">Measuring.</p>`
      }
    </section>`;
  }

  #certificates() {
    const certificates = this.data['house-rest']?.certificates;
    return html`<section class="panel house-certificates">
      <h2>Certificates</h2>
      ${
        certificates?.length === 0
          ? html`<p class="empty">The clients of this cluster have no certificate.</p>`
          : html`<div class="scroll-x"><table>
              <caption>New ones: <code>bin/kafka credentials --reset</code>, on the PaaS <code>heroku kafka:credentials --reset</code></caption>
              <thead><tr><th>Where</th><th>Of</th><th>Until</th><th class="number">Days left</th><th>Verdict</th></tr></thead>
              <tbody>
                ${(certificates ?? []).map(
                  ({ where, subject, to, days, verdict }) => html`<tr>
                    <td>${where}</td>
                    <td class="mono">${subject}</td>
                    <td>${moment(to)}</td>
                    <td class="number">${count(days)}</td>
                    <td>${badge(VALIDITY[verdict])}</td>
                  </tr>`,
                )}
              </tbody>
            </table></div>`
      }
    </section>`;
  }

  #topics() {
    const cluster = this.data['house-cluster'];
    const sizes = cluster?.sizes;
    const sums = Object.entries(cluster?.verdicts ?? {}).map(([verdict, number]) => `${number} ${verdict}`);
    return html`<section class="panel">
      <div class="row spread">
        <h2>Topics</h2>
        <span class="soft">${sums.join(', ')}${cluster ? `; ${count(cluster.partitions)} partitions` : ''}</span>
      </div>
      <div class="scroll" tabindex="0" role="region" aria-label="Topics">
        <table>
          <caption>Topics of the cluster against the catalogue</caption>
          <thead>
            <tr><th>Topic</th><th>Owner</th><th class="number">Partitions</th><th class="number">Catalogue</th>
              <th class="number">Replicas</th>${sizes ? html`<th class="number">Data</th>` : nothing}<th>Verdict</th></tr>
          </thead>
          <tbody>
            ${(cluster?.topics ?? []).map(
              ({ name, owner, partitions, wanted, replicas, verdict }) => html`<tr>
                <td class="mono">${name}</td>
                <td>${owner}</td>
                <td class="number">${count(partitions)}</td>
                <td class="number">${wanted === 0 ? '—' : count(wanted)}</td>
                <td class="number">${count(replicas)}</td>
                ${sizes ? html`<td class="number">${bytes(sizes[name])}</td>` : nothing}
                <td>${badge([TOPICS[verdict], verdict])}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </section>`;
  }
}

customElements.define('house-view', HouseView);
