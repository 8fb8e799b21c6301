// Replay: generations of the consumers, the commands of bin/replay, what differs, and receipts.
import { View, failures, get, html, nothing, notice, post } from '/lib/view.js';
import { count, moment, rate, seconds, time } from '/lib/format.js';

const STATES = {
  running: { kind: 'warn', text: 'running' },
  done: { kind: 'ok', text: 'ended well' },
  stopped: { kind: 'unknown', text: 'was stopped' },
  refused: { kind: 'bad', text: 'ended with an error' },
  killed: { kind: 'unknown', text: 'ended without an answer' },
};

/** What each command does, in the order in which they are used. */
const VERBS = {
  plan: { text: 'Plan', title: 'What a run would read and need. It changes nothing.' },
  run: { text: 'Run', title: 'Builds a generation beside the live one, until it has caught up.' },
  compare: { text: 'Compare', title: 'Compares both generations key by key.' },
  switch: { text: 'Switch…', title: 'Lets the other generation take over.' },
  rollback: { text: 'Roll back…', title: 'Goes back to the generation before.' },
  drop: { text: 'Drop…', title: 'Removes a generation that is not live.' },
};

/** What will happen, for those that ask first. */
const ASKED = {
  switch: (consumer) => [
    `Generation ${consumer.live + 1} of ${consumer.name} catches up and is compared with generation ${consumer.live}. If they differ, nothing happens.`,
    `Then the processes of generation ${consumer.live} end, the rest is read, and the processes come back as generation ${consumer.live + 1}. For some seconds no record is processed; none is lost.`,
    'Each effect is published once. A rollback goes back, as long as the old generation is not dropped.',
  ],
  rollback: (consumer) => [
    `The generation before ${consumer.live} of ${consumer.name} reads what it has missed, is compared, and takes over as with a switch.`,
    'For some seconds no record is processed; none is lost.',
  ],
  drop: (consumer, generation) => [
    `Generation ${generation} of ${consumer.name} is removed: its group, its tables and its channels. Only a new run brings it back.`,
    `Generation ${consumer.live}, which is live, is not touched.`,
  ],
};

const others = (consumer) => consumer.generations.filter((generation) => !generation.live);
const share = ({ read, records }) => (records === 0 ? 1 : read / records);

/** By the rate at which the lag shrinks: records are written meanwhile. */
function timeLeft({ lag, rate: read, written }) {
  if (lag === 0) {
    return 'caught up';
  }
  const gain = read - (written ?? 0);
  return lag > 0 && gain > 0 ? `about ${seconds(Math.ceil(lag / gain))} left` : '';
}

function took(receipt) {
  return receipt.end ? seconds((new Date(receipt.end) - new Date(receipt.begin)) / 1000) : 'goes on, or was killed';
}

class ReplayView extends View {
  static feeds = ['replay', 'replay-receipts'];
  local = document.documentElement.dataset.local === 'true';
  options = {}; // By consumer: rate and archive of a run.
  asking = undefined; // The command that is to be confirmed.
  comparison = undefined;
  comparisonOf = '';
  uncovered = {}; // Rows whose values are uncovered, by table and key.

  received(feed) {
    const command = this.data.replay?.command;
    if (feed !== 'replay' || command?.verb !== 'compare' || command.state !== 'done' || command.began === this.comparisonOf) {
      return;
    }
    this.comparisonOf = command.began;
    this.uncovered = {};
    this.comparison = undefined;
    get('/api/replay/comparison')
      .then((comparison) => {
        if (command.began === this.comparisonOf) {
          this.comparison = { ...comparison, consumer: command.consumer, at: command.ended };
        }
      })
      .catch((error) => notice(error.message, 'bad'))
      .finally(() => this.update());
  }

  async start(verb, body) {
    await this.attempt(() => post(`/api/replay/start/${verb}`, body));
  }

  template() {
    const { replay } = this.data;
    return html`
      <h1>Replay</h1>
      <p class="lead">
        A consumer is built again from its channels as another generation beside the live one, compared with it key by key,
        and takes over. Progress is from the offsets of both groups. Until the switch the new one has no effect.
      </p>
      <p class="soft mono">bin/replay plan · run · compare · switch · rollback · drop · receipts</p>
      ${failures(this)}
      <div class="panels replay-consumers">
        ${replay
          ? replay.consumers.map((consumer) => this.consumer(consumer, replay.command))
          : html`<section class="panel replay-consumer"><p class="empty">The brokers say what generations there are.</p></section>`}
      </div>
      ${this.local ? this.command(replay?.command) : nothing} ${this.differences()} ${this.receipts()} ${this.dialog()}
    `;
  }

  consumer(consumer, command) {
    const switching = consumer.successor
      ? html`<p class="notice warn">
          A switch from generation ${consumer.live} to ${consumer.successor} is under
          way${consumer.fencing ? ': the old one is being fenced off' : ''}.
        </p>`
      : nothing;
    return html`<section class="panel replay-consumer" aria-label=${consumer.name}>
      <div class="row spread">
        <h2>${consumer.name}</h2>
        <span class="badge ok">generation ${consumer.live} is live</span>
      </div>
      <p class="soft">
        reads ${consumer.channels.join(', ') || 'nothing yet'}${consumer.at && consumer.by
          ? `; live since ${moment(consumer.at)}, by ${consumer.by}`
          : ''}
      </p>
      ${switching} ${consumer.generations.map((generation) => this.generation(generation))}
      ${others(consumer).length > 0 ? nothing : this.none(consumer, command)}
      ${this.local ? this.actions(consumer, command?.state === 'running') : nothing}
    </section>`;
  }

  /** In the place of a generation beside the live one, of the same height. */
  none(consumer, command) {
    const begins = command?.state === 'running' && command.verb === 'run' && command.consumer === consumer.name;
    return html`<p class="soft replay-none">
      ${begins ? `Generation ${consumer.live + 1} begins.` : 'There is no generation beside it.'}
    </p>`;
  }

  generation(generation) {
    const name = `Generation ${generation.generation}`;
    const state = generation.members > 0 ? `${generation.members} ${generation.members === 1 ? 'process' : 'processes'}` : 'no process';
    const known = generation.lag !== null && generation.lag !== undefined;
    return html`<div class="replay-generation">
      <div class="row spread">
        <strong>${name}${generation.live ? ', live' : ', beside it'}</strong>
        <span class="soft">${generation.group} · ${state}</span>
      </div>
      <progress max="1" .value=${share(generation)} aria-label="${name}: records read"></progress>
      <div class="row spread soft replay-figures">
        <span>${count(generation.read)} of ${count(generation.records)} records</span>
        <span>lag ${known ? count(generation.lag) : '—'}${generation.lag > 0 ? `, ${seconds(generation.seconds)}` : ''}</span>
        <span>${known && Number.isFinite(generation.rate) ? rate(generation.rate) : '—'}/s</span>
        <span>${timeLeft(generation)}</span>
      </div>
    </div>`;
  }

  actions(consumer, busy) {
    const there = others(consumer);
    const options = (this.options[consumer.name] ??= { rate: '', archive: false });
    const possible = {
      plan: !consumer.successor,
      run: !consumer.successor,
      compare: there.length > 0 && !consumer.successor,
      switch: there.some(({ generation }) => generation === consumer.live + 1) || consumer.successor,
      rollback: there.some(({ generation }) => generation < consumer.live),
      drop: there.length > 0 && !consumer.successor,
    };
    const press = (verb) => {
      if (ASKED[verb]) {
        this.ask(verb, consumer);
      } else {
        this.start(verb, { consumer: consumer.name, ...(verb === 'run' ? { ...options, rate: options.rate || undefined } : {}) });
      }
    };
    return html`<div class="row replay-actions">
        ${Object.entries(VERBS).map(
          ([verb, { text, title }]) =>
            html`<button
              type="button"
              class=${verb === 'run' ? '' : verb === 'drop' ? 'danger' : 'quiet'}
              title=${title}
              data-verb=${verb}
              ?disabled=${busy || !possible[verb]}
              @click=${() => press(verb)}
            >
              ${text}
            </button>`,
        )}
      </div>
      <form class="row soft" @submit=${(event) => event.preventDefault()}>
        <label
          >Run at most
          <input
            type="number"
            min="1"
            max="1000000"
            class="replay-rate"
            placeholder="all"
            .value=${options.rate}
            @input=${(event) => (options.rate = event.target.value)}
          />
          records/s</label
        >
        <label
          ><input type="checkbox" .checked=${options.archive} @change=${(event) => (options.archive = event.target.checked)} />
          from the archive what retention has removed</label
        >
      </form>`;
  }

  ask(verb, consumer) {
    const there = others(consumer);
    this.asking = { verb, consumer, generation: verb === 'drop' ? there[0].generation : undefined, anyway: false };
    this.update();
    requestAnimationFrame(() => requestAnimationFrame(() => this.querySelector('dialog').showModal()));
  }

  dialog() {
    const asking = this.asking;
    const close = () => this.querySelector('dialog').close();
    const answer = () => {
      const { verb, consumer, generation, anyway } = asking;
      close();
      this.start(verb, { consumer: consumer.name, generation, anyway });
    };
    const options = asking ? others(asking.consumer) : [];
    return html`<dialog aria-label="Confirm" class="replay-dialog">
      ${asking
        ? html`<h2>${VERBS[asking.verb].text.replace('…', '')} ${asking.consumer.name}</h2>
            ${asking.verb === 'drop' && options.length > 1
              ? html`<label
                  >Generation
                  <select
                    @change=${(event) => {
                      asking.generation = Number(event.target.value);
                      this.update();
                    }}
                  >
                    ${options.map(({ generation }) => html`<option value=${generation}>${generation}</option>`)}
                  </select>
                </label>`
              : nothing}
            ${ASKED[asking.verb](asking.consumer, asking.generation).map((sentence) => html`<p>${sentence}</p>`)}
            ${asking.verb === 'drop'
              ? nothing
              : html`<p>
                  <label
                    ><input
                      type="checkbox"
                      .checked=${asking.anyway}
                      @change=${(event) => {
                        asking.anyway = event.target.checked;
                        this.update();
                      }}
                    />
                    also if they differ, as they do after a change of the code</label
                  >
                </p>`}
            <p class="soft mono">
              bin/replay ${asking.verb} ${asking.consumer.name}${asking.generation
                ? ` --generation ${asking.generation}`
                : ''}${asking.anyway ? ' --anyway' : ''}
            </p>
            <div class="row">
              <button type="button" class=${asking.verb === 'drop' ? 'danger' : ''} data-confirm @click=${answer}>
                ${VERBS[asking.verb].text.replace('…', '')}
              </button>
              <button type="button" class="quiet" @click=${close}>Leave it</button>
            </div>`
        : nothing}
    </dialog>`;
  }

  command(command) {
    const state = command && STATES[command.state];
    return html`<section class="panel replay-command" aria-label="The last command">
      <div class="row spread">
        <h2>The last command</h2>
        ${command?.state === 'running'
          ? html`<button type="button" class="danger" data-stop @click=${() => this.attempt(() => post('/api/replay/stop'), 'It is told to stop.')}>
              Stop
            </button>`
          : nothing}
      </div>
      ${command
        ? html`<p class="row" role="status">
              <span class="badge ${state.kind}">${state.text}${command.state === 'refused' ? ` ${command.exitCode}` : ''}</span>
              <span class="mono">${command.line}</span>
              <span class="soft">${time(command.began)}${command.ended ? ` to ${time(command.ended)}` : ''}</span>
              ${command.state === 'running' && command.progress ? html`<strong>${command.progress}</strong>` : nothing}
            </p>
            <pre class="replay-output" tabindex="0" aria-label="Output">${command.lines.join('\n') || 'It has not said anything yet.'}</pre>`
        : html`<p class="empty">No page has started a command yet.</p>`}
      <p class="soft">
        One runs at a time. It goes on when this page is closed, and every page shows it. When the console ends it ends, too: a
        run goes on with the next run, and an interrupted switch leaves the live generation live. A console that is killed
        leaves it running, and the next one shows it here.
      </p>
    </section>`;
  }

  differences() {
    const comparison = this.comparison;
    if (!comparison) {
      return nothing;
    }
    const isEqual = comparison.digest === comparison.shadowDigest;
    const unsettled = comparison.rows.filter((row) => !row.settled).length;
    return html`<section class="panel" aria-label="Comparison" id="replay-comparison">
      <div class="row spread">
        <h2>Comparison of ${comparison.consumer}, ${time(comparison.at)}</h2>
        <span class="badge ${isEqual ? 'ok' : 'bad'}"
          >${isEqual ? 'both are equal' : `${count(comparison.total)} ${comparison.total === 1 ? 'key differs' : 'keys differ'}`}</span
        >
      </div>
      <table>
        <caption>
          Keys by table or channel. Digest of the live generation <span class="mono">${comparison.digest.slice(0, 16)}</span>,
          of the other <span class="mono">${comparison.shadowDigest.slice(0, 16)}</span>.
        </caption>
        <thead>
          <tr>
            <th scope="col">Of</th>
            <th scope="col" class="number">equal</th>
            <th scope="col" class="number">equal when checked again</th>
            <th scope="col" class="number">different</th>
          </tr>
        </thead>
        <tbody>
          ${comparison.parts.map(
            (part) =>
              html`<tr>
                <th scope="row">${part.what}</th>
                <td class="number">${count(part.equal)}</td>
                <td class="number">${count(part.moving)}</td>
                <td class="number">${part.different > 0 ? html`<strong>${count(part.different)}</strong>` : '0'}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      ${comparison.rows.length === 0
        ? nothing
        : html`<h3>Keys that differ</h3>
            ${unsettled ? html`<p class="soft">${count(unsettled)} still change, which proves nothing.</p>` : nothing}
            <div class="scroll" tabindex="0" role="region" aria-label="Keys that differ">
              <table>
                <caption>
                  The first ${count(comparison.rows.length)} of ${count(comparison.total)}, with the fields that differ. What may
                  be personal is dots.
                </caption>
                <thead>
                  <tr>
                    <th scope="col">Key</th>
                    <th scope="col">Field</th>
                    <th scope="col">Live</th>
                    <th scope="col">The other</th>
                  </tr>
                </thead>
                <tbody>
                  ${comparison.rows.map((row) => this.difference(row))}
                </tbody>
              </table>
            </div>`}
    </section>`;
  }

  difference(masked) {
    const id = `${masked.what} ${masked.key}`;
    const row = this.uncovered[id] || masked;
    let uncovering = nothing;
    // fork: audit
    const uncover = async () => {
      const { uncovered } = this; // Of this comparison: a later one has rows of its own.
      const shown = await this.attempt(() => post('/api/replay/uncover', { what: masked.what, key: masked.key }));
      if (shown) {
        uncovered[id] = shown;
        notice(`Audit has recorded that the order ${masked.order} was looked at.`);
        this.update();
      }
    };
    const hides = row === masked && row.fields.some((field) => [field.live, field.shadow].includes('•••'));
    if (hides && row.order) {
      uncovering = html`<br /><button type="button" class="quiet" data-uncover @click=${uncover}>Uncover, which audit records</button>`;
    }
    // fork: end
    const where = !row.live ? 'only in the other' : !row.shadow ? 'only in the live one' : '';
    const fields = row.fields.length > 0 ? row.fields : [{ name: '', live: null, shadow: null }];
    return fields.map(
      (field, at) =>
        html`<tr>
          ${at === 0
            ? html`<th scope="rowgroup" rowspan=${fields.length}>
                <span class="soft">${row.what}</span><br /><span class="mono">${row.key}</span>
                ${where ? html`<br /><span class="badge warn">${where}</span>` : nothing}
                ${row.settled ? nothing : html`<br /><span class="badge unknown">still changing</span>`}
                ${uncovering}
              </th>`
            : nothing}
          <td class="mono">${field.name}</td>
          <td class="mono">${row.live ? (field.live ?? '—') : 'no such key'}</td>
          <td class="mono">${row.shadow ? (field.shadow ?? '—') : 'no such key'}</td>
        </tr>`,
    );
  }

  receipts() {
    const receipts = this.data['replay-receipts'] || [];
    return html`<section class="panel" aria-label="Receipts">
      <h2>Receipts</h2>
      ${receipts.length === 0
        ? html`<p class="empty">Nothing was rebuilt yet.</p>`
        : html`<div class="scroll" tabindex="0" role="region" aria-label="List of receipts">
            <table class="replay-receipts">
              <caption>
                The last ${count(receipts.length)}, on the channel generations: <span class="mono">bin/replay receipts</span>
              </caption>
              <thead>
                <tr>
                  <th scope="col">Begun</th>
                  <th scope="col">What</th>
                  <th scope="col" class="number">Generation</th>
                  <th scope="col">By</th>
                  <th scope="col">Took</th>
                  <th scope="col" class="number">Records</th>
                  <th scope="col">Outcome</th>
                </tr>
              </thead>
              <tbody>
                ${receipts.map((receipt) => this.receipt(receipt))}
              </tbody>
            </table>
          </div>`}
    </section>`;
  }

  receipt(receipt) {
    const ranges = receipt.ranges || [];
    const digests = receipt.digest
      ? html`<br /><span class="badge ${receipt.digest === receipt.liveDigest ? 'ok' : 'bad'}"
            >${receipt.digest === receipt.liveDigest ? 'digests are equal' : 'digests differ'}</span
          >
          <span class="soft mono">${receipt.digest.slice(0, 16)}</span>`
      : nothing;
    return html`<tr>
      <td>${moment(receipt.begin)}</td>
      <td>${receipt.action} ${receipt.consumer}</td>
      <td class="number">${receipt.generation}${receipt.partial ? ', partial' : ''}</td>
      <td>${receipt.by}</td>
      <td>${took(receipt)}</td>
      <td class="number">${count(receipt.records)}</td>
      <td>
        ${receipt.outcome}${digests}
        ${ranges.length > 0
          ? html`<details>
              <summary class="soft">offsets of ${ranges.length} partitions</summary>
              <span class="mono soft"
                >${ranges
                  .slice(0, 100)
                  .map((range) => html`${range.channel}-${range.partition} ${count(range.from)} to ${count(range.to)}<br />`)}</span
              >
            </details>`
          : nothing}
      </td>
    </tr>`;
  }
}

customElements.define('replay-view', ReplayView);
