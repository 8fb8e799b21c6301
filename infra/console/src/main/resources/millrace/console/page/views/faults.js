// Faults on this machine: one at a time, or a game of them, each with its undo.
import { View, html, nothing, post, failures } from '/lib/view.js';
import { count, moment, seconds, time } from '/lib/format.js';

/** Kinds with what each does, and the value that it needs. */
const KINDS = {
  pause: { text: 'keeps its connections and does nothing' },
  slow: { text: 'runs for a share of the time', value: 'Percent', least: 5, most: 95, usual: 20 },
  stop: { text: 'is asked to end, and stays down' },
  kill: { text: 'ends at once, and is started again', mends: true },
  scale: { text: 'has so many processes', value: 'Processes', least: 0, most: 8, usual: 2, type: true },
  fail: { text: 'one broker of the cluster ends at once, and is started again', mends: true, none: true },
  // fork: audit
  tamper: { text: 'one byte of the last signed record of its channel is changed in the database', archive: true },
  // fork: end
};
const CHANNELS = ['orders', 'transactions', 'clicks'];
const ARMED_MS = 5000;
const LISTED = 40;
const TICK_MS = 250;

class FaultsView extends View {
  static feeds = ['faults', 'fault-processes'];

  #kind = 'pause';
  #process = '';
  #value = KINDS.slow.usual;
  #seconds = 30;
  #seed = 42;
  #length = 120;
  #pace = 10;
  #armed = '';
  #disarm;
  #ticking;

  opened() {
    this.#ticking = setInterval(() => this.#isCounting() && this.update(), TICK_MS);
  }

  closed() {
    clearInterval(this.#ticking);
    clearTimeout(this.#disarm);
  }

  #isCounting() {
    return this.#current().length > 0 || this.#isPlaying();
  }

  #current() {
    return this.data.faults?.current ?? [];
  }

  #isPlaying() {
    const game = this.data.faults?.game;
    return game !== undefined && game.endedAt === undefined;
  }

  /** Does something dangerous when its button is pressed a second time. */
  #arm(what, action) {
    clearTimeout(this.#disarm);
    if (this.#armed === what) {
      this.#armed = '';
      this.attempt(action);
    } else {
      this.#armed = what;
      this.#disarm = setTimeout(() => {
        this.#armed = '';
        this.update();
      }, ARMED_MS);
    }
    this.update();
  }

  #targets() {
    const kind = KINDS[this.#kind];
    if (kind.none) {
      return [];
    }
    if (kind.archive) {
      return CHANNELS;
    }
    const names = (this.data['fault-processes'] ?? []).map(({ name }) => name).filter((name) => name !== 'console');
    return kind.type ? [...new Set(names.filter((name) => /\.\d+$/.test(name)).map((name) => name.replace(/\.\d+$/, '')))] : names;
  }

  #target() {
    const targets = this.#targets();
    return targets.includes(this.#process) ? this.#process : (targets.find((name) => /^orders/.test(name)) ?? targets[0] ?? '');
  }

  #do() {
    const kind = KINDS[this.#kind];
    this.#arm('do', () =>
      post('/api/faults', {
        kind: this.#kind,
        process: this.#target(),
        value: kind.value ? this.#value : undefined,
        seconds: this.#seconds,
        by: 'the view Faults',
      }),
    );
  }

  #play() {
    this.#arm('play', () =>
      post('/api/faults/game', { seed: this.#seed, seconds: this.#length, pace: this.#pace, by: 'the view Faults' }),
    );
  }

  template() {
    return html`
      <div class="row spread">
        <h1>Faults</h1>
        <button
          type="button"
          id="faults-revert"
          ?disabled=${!this.#isCounting()}
          @click=${() => this.attempt(() => post('/api/faults/revert', { by: 'the view Faults' }), 'Everything is undone.')}
        >
          Undo everything
        </button>
      </div>
      <p class="lead">
        Faults are done to what bin/up has started on this machine. Each is undone when its time is over, also by a console that
        was killed and started again.
      </p>
      ${failures(this)}
      <div class="panels faults-panels">${this.#one()} ${this.#game()}</div>
      ${this.#inForce()} ${this.#history()}
    `;
  }

  #one() {
    const kind = KINDS[this.#kind];
    const target = this.#target();
    const until = kind.mends ? 'it mends by itself' : `it is undone after ${seconds(this.#seconds)}`;
    const number = (label, value, least, most, set) =>
      html`<label
        >${label}
        <input
          type="number"
          required
          min=${least}
          max=${most}
          .value=${String(value)}
          @input=${(event) => {
            set(event.target.valueAsNumber);
            this.#armed = '';
            this.update();
          }}
      /></label>`;
    return html`<section class="panel" aria-labelledby="faults-one">
      <h2 id="faults-one">One fault</h2>
      <form
        @submit=${(event) => {
          event.preventDefault();
          this.#do();
        }}
      >
        <label
          >Kind
          <select
            name="kind"
            @change=${(event) => {
              this.#kind = event.target.value;
              this.#value = KINDS[this.#kind].usual ?? 0;
              this.#armed = '';
              this.update();
            }}
          >
            ${Object.keys(KINDS).map((name) => html`<option ?selected=${name === this.#kind}>${name}</option>`)}
          </select></label
        >
        ${kind.none
          ? nothing
          : html`<label
              >${kind.archive ? 'Channel' : 'Process'}
              <select
                name="process"
                @change=${(event) => {
                  this.#process = event.target.value;
                  this.#armed = '';
                  this.update();
                }}
              >
                ${this.#targets().map((name) => html`<option value=${name} ?selected=${name === target}>${name}</option>`)}
              </select></label
            >`}
        ${kind.value
          ? number(kind.value, this.#value, kind.least, kind.most, (value) => {
              this.#value = value;
            })
          : nothing}
        ${kind.mends
          ? nothing
          : number('Seconds', this.#seconds, 1, 3600, (value) => {
              this.#seconds = value;
            })}
        <button class=${this.#armed === 'do' ? '' : 'danger'}>${this.#armed === 'do' ? 'Press again to do it' : 'Do it'}</button>
      </form>
      <p class="faults-what">
        ${kind.none ? '' : html`<strong>${target || '—'}</strong>: `}${kind.text}${kind.value ? `: ${count(this.#value)}` : ''};
        ${until}.
      </p>
      <p class="soft mono">bin/faults do KIND PROCESS [VALUE] --for=SECONDS</p>
    </section>`;
  }

  #game() {
    const { game, moves } = this.data.faults ?? {};
    const playing = this.#isPlaying();
    const left = playing ? (Date.parse(game.startedAt) + game.seconds * 1000 - Date.now()) / 1000 : 0;
    const input = (label, name, value, least, most, set) =>
      html`<label
        >${label}
        <input
          type="number"
          name=${name}
          required
          min=${least}
          max=${most}
          ?disabled=${playing}
          .value=${String(value)}
          @input=${(event) => {
            set(event.target.valueAsNumber);
            this.#armed = '';
            this.update();
          }}
      /></label>`;
    return html`<section class="panel" aria-labelledby="faults-game">
      <h2 id="faults-game">
        A game ${playing ? html`<span class="badge warn">runs</span>` : game ? html`<span class="badge">ended</span>` : nothing}
      </h2>
      <form
        @submit=${(event) => {
          event.preventDefault();
          this.#play();
        }}
      >
        ${input('Seed', 'seed', this.#seed, 0, 999999999, (value) => {
          this.#seed = value;
        })}
        ${input('Seconds', 'seconds', this.#length, 10, 3600, (value) => {
          this.#length = value;
        })}
        ${input('A fault each', 'pace', this.#pace, 3, 600, (value) => {
          this.#pace = value;
        })}
        ${playing
          ? html`<button
              type="button"
              class="quiet"
              @click=${() => this.attempt(() => post('/api/faults/game/stop'), 'The game is stopped; its faults end at their times.')}
            >
              Stop it
            </button>`
          : html`<button class=${this.#armed === 'play' ? '' : 'danger'}>
              ${this.#armed === 'play' ? 'Press again to start' : 'Start'}
            </button>`}
      </form>
      <p class="faults-what">
        ${playing
          ? html`Seed <strong>${game.seed}</strong>: ${count(game.next)} of ${count(moves)} faults are done; it ends in
              <strong>${seconds(Math.max(0, Math.round(left)))}</strong>.`
          : 'The seed decides kinds, processes and moments: the same seed, pace and processes make the same game. It stops by itself, and all is undone.'}
      </p>
      <p class="soft mono">bin/faults game --seed=N --for=SECONDS --every=SECONDS</p>
    </section>`;
  }

  #inForce() {
    const current = this.#current();
    return html`<section class="panel faults-now" aria-labelledby="faults-now">
      <h2 id="faults-now">In force</h2>
      ${current.length === 0
        ? html`<p class="empty">Nothing is disturbed. ${this.#down()}</p>`
        : html`<table>
            <thead>
              <tr>
                <th>Fault</th>
                <th>Process</th>
                <th>By</th>
                <th>Since</th>
                <th>Undone in</th>
                <th><span class="skip">Undo</span></th>
              </tr>
            </thead>
            <tbody>
              ${current.map((fault) => this.#row(fault))}
            </tbody>
          </table>`}
    </section>`;
  }

  #down() {
    const down = (this.data['fault-processes'] ?? []).filter(({ state }) => state !== 'up');
    return down.length === 0 ? nothing : `Not up: ${down.map(({ name, description }) => `${name} (${description})`).join(', ')}.`;
  }

  #row(fault) {
    const whole = Date.parse(fault.endsAt) - Date.parse(fault.startedAt);
    const left = Math.max(0, Date.parse(fault.endsAt) - Date.now());
    return html`<tr>
      <td><span class="badge warn">${fault.kind}</span>${value(fault)}</td>
      <td>${fault.process}${fault.affected.length > 1 ? html`<br /><span class="soft">${fault.affected.join(', ')}</span>` : nothing}</td>
      <td>${fault.by}</td>
      <td>${time(fault.startedAt)}</td>
      <td>
        ${fault.problem
          ? html`<span class="badge bad">not undone yet</span> ${fault.problem}`
          : html`<span class="faults-left">${seconds(Math.ceil(left / 1000))}</span>
              <progress max=${whole} .value=${left} aria-label="Time until ${fault.kind} of ${fault.process} is undone"></progress>`}
      </td>
      <td>
        <button
          type="button"
          class="quiet"
          aria-label="Undo ${fault.kind} of ${fault.process}"
          @click=${() => this.attempt(() => post(`/api/faults/${fault.id}/revert`, { by: 'the view Faults' }))}
        >
          Undo
        </button>
      </td>
    </tr>`;
  }

  #history() {
    const over = (this.data.faults?.history ?? []).filter((fault) => fault.endedAt).slice(0, LISTED);
    return html`<section class="panel" aria-labelledby="faults-history">
      <h2 id="faults-history">History</h2>
      <div class="scroll" tabindex="0" role="region" aria-label="What was done">
        <table class="faults-history">
          <thead>
            <tr>
              <th>Done</th>
              <th>Fault</th>
              <th>Process</th>
              <th>By</th>
              <th>Over</th>
              <th>How it ended</th>
            </tr>
          </thead>
          <tbody>
            ${over.map(
              (fault) =>
                html`<tr>
                  <td>${moment(fault.startedAt)}</td>
                  <td><span class="badge">${fault.kind}</span>${value(fault)}</td>
                  <td>${fault.process}</td>
                  <td>${fault.by}</td>
                  <td>${time(fault.endedAt)}</td>
                  <td>${fault.outcome}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${over.length === 0 ? html`<p class="empty">Nothing was done yet.</p>` : nothing}
      <p class="soft mono">bin/faults · GET /api/faults</p>
    </section>`;
  }
}

/** The value of a fault, with its unit. */
function value({ kind, value: number, former }) {
  if (number === undefined || number === null) {
    return nothing;
  }
  return kind === 'slow' ? ` to ${number} %` : kind === 'scale' ? ` from ${former} to ${number}` : ` at offset ${number}`;
}

customElements.define('faults-view', FaultsView);
