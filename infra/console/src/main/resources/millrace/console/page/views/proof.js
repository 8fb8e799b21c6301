// Checkpoints of the archive, and a proof of one record, which this page checks itself.
import { View, html, nothing, notice, get, post, failures } from '/lib/view.js';
import { count, moment, time } from '/lib/format.js';
import * as proofs from '/lib/proof.js';

const PINNED = 'proof-key';
const LISTED = 12;
const GONE = 404;
const TRIES = 8;
const ARMED_MS = 5000;
const TRY_EVERY_MS = 2000;
const local = () => document.documentElement.dataset.local === 'true';
/** The end of a key: all of them begin alike. */
const keyName = (base64) => `…${base64.slice(-14)}`;
const short = (text) => (text && text.length > 20 ? `${text.slice(0, 8)}…${text.slice(-8)}` : text);

class ProofView extends View {
  static feeds = ['checkpoints'];

  /** Keys that the service names, and the one that this browser keeps. */
  #served = [];
  #pinned = localStorage.getItem(PINNED) ?? '';
  #keys = [];
  #partitions = [];
  #order; // That #records are of, or that they are asked for.
  #records;
  #chosen;
  #proof;
  #changed;
  #result;
  #waiting = '';
  #unable;
  #part = 'record';
  #signed = new Map();
  #tampered;
  #verdict;
  #busy = false;
  #armed = false;
  #disarm;
  #generation = 0;

  async opened() {
    this.#unable = await proofs.whyNot();
    await this.attempt(async () => {
      const { keys, partitions } = await get('/api/proof');
      this.#served = keys;
      this.#partitions = partitions;
      await this.#useKeys();
    });
    if (local()) {
      await this.#readTampering();
    }
    this.update();
  }

  closed() {
    clearTimeout(this.#disarm);
    this.#generation++; // Ends the wait for a checkpoint.
  }

  argumentChanged() {
    const [channel, partition, offset] = this.argument.split('/');
    if (offset !== undefined) {
      this.#prove({ channel, partition, offset });
    }
  }

  async received() {
    const signed = this.#signed; // By the keys of now.
    for (const checkpoint of (this.data.checkpoints ?? []).slice(0, LISTED)) {
      if (!signed.has(checkpoint.offset)) {
        signed.set(checkpoint.offset, await this.#checkpoint(checkpoint));
      }
    }
    const listed = new Set((this.data.checkpoints ?? []).map(({ offset }) => offset));
    signed.forEach((ignored, offset) => listed.has(offset) || signed.delete(offset));
    this.update();
  }

  async #checkpoint({ note }) {
    try {
      const checkpoint = proofs.readCheckpoint(new TextEncoder().encode(note));
      const key = this.#unable ? undefined : await proofs.signer(checkpoint, this.#keys);
      return { checkpoint, key };
    } catch {
      return {};
    }
  }

  /** The pinned key alone, where there is one; else those that the service names. */
  async #useKeys() {
    const wanted = this.#pinned ? [this.#pinned] : this.#served;
    const keys = [];
    for (const base64 of wanted) {
      try {
        keys.push(await proofs.importKey(base64));
      } catch {
        notice('A public key cannot be read: it is X.509 of Ed25519 in base64, as bin/audit key prints it.', 'bad');
      }
    }
    this.#keys = keys;
    this.#signed = new Map();
    await this.received();
    await this.#check();
  }

  async #pin(event) {
    event.preventDefault();
    const key = new FormData(event.target).get('key').trim();
    await this.attempt(async () => {
      await proofs.importKey(key).catch(() => {
        throw new Error('This is no public key: it is X.509 of Ed25519 in base64, as bin/audit key prints it.');
      });
      this.#pinned = key;
      localStorage.setItem(PINNED, key);
      await this.#useKeys();
    }, 'This browser keeps the key, and trusts no other.');
  }

  async #unpin() {
    this.#pinned = '';
    localStorage.removeItem(PINNED);
    await this.attempt(() => this.#useKeys(), 'The key of the service counts again.');
  }

  async #find(event) {
    event.preventDefault();
    const order = new FormData(event.target).get('order').trim();
    const at = order.indexOf('/');
    if (at < 1) {
      notice('An order is named by its source and its number, such as shop/1042.', 'warn');
      return;
    }
    const path = [order.slice(0, at), order.slice(at + 1)].map(encodeURIComponent).join('/');
    this.#order = path;
    const records = await this.attempt(() => get(`/api/proof/orders/${path}`));
    if (path === this.#order) {
      this.#records = records;
    }
  }

  #proveNewest(event) {
    event.preventDefault();
    const [channel, partition] = new FormData(event.target).get('partition').split('/');
    this.#go(channel, partition, 'newest');
  }

  #go(channel, partition, offset) {
    const address = `#/proof/${channel}/${partition}/${offset}`;
    if (location.hash === address) {
      this.#prove({ channel, partition, offset });
    } else {
      location.hash = address;
    }
  }

  /** Gets the proof of a record, and waits for the checkpoint of one that was archived a moment ago. */
  async #prove({ channel, partition, offset }) {
    const generation = ++this.#generation;
    this.#proof = this.#changed = this.#result = undefined;
    this.#waiting = 'The proof is asked for.';
    this.update();
    await this.attempt(async () => {
      const address = [channel, partition].map(encodeURIComponent).join('/');
      for (let tries = 1; generation === this.#generation && !this.#proof; tries++) {
        const answer =
          offset === 'newest'
            ? await get(`/api/proof/newest/${address}`)
            : { offset, proof: await get(`/api/proof/records/${address}/${encodeURIComponent(offset)}`) };
        if (generation !== this.#generation) {
          return; // Another record was chosen meanwhile.
        }
        if (answer.proof) {
          this.#proof = proofs.parseProof(answer.proof);
          this.#chosen = { channel, partition: Number(partition), offset: Number(answer.offset) };
          await this.#check();
        } else if (tries < TRIES) {
          this.#waiting = `Offset ${answer.offset} is archived and not signed yet: the next checkpoint comes within 10 s.`;
          this.update();
          await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS));
        } else {
          throw new Error(`Offset ${answer.offset} of ${channel}/${partition} is not signed yet.`);
        }
      }
    });
    if (generation === this.#generation) {
      this.#waiting = '';
      this.update();
    }
  }

  async #check() {
    const proof = this.#changed?.proof ?? this.#proof;
    const keys = this.#keys;
    if (proof && globalThis.crypto?.subtle) {
      const result = await proofs.check(proof, keys);
      if (keys === this.#keys && proof === (this.#changed?.proof ?? this.#proof)) {
        this.#result = result;
      }
    }
    this.update();
  }

  async #change() {
    this.#changed = proofs.withChangedByte(this.#proof, this.#part);
    await this.#check();
  }

  async #undoChange() {
    this.#changed = undefined;
    await this.#check();
  }

  #save() {
    const link = document.createElement('a');
    const { channel, partition, offset } = this.#chosen;
    link.href = URL.createObjectURL(new Blob([proofs.proofFile((this.#changed ?? this).proof ?? this.#proof)]));
    link.download = `${channel}-${partition}-${offset}.proof`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  async #readTampering() {
    const { fault } = (await this.attempt(() => get('/api/proof/tampering'))) ?? {};
    this.#tampered = fault;
  }

  async #attack(action) {
    this.#busy = true;
    this.update();
    await this.attempt(action);
    this.#busy = false;
    this.update();
  }

  /** Changes the row when the button is pressed a second time. */
  #arm() {
    clearTimeout(this.#disarm);
    this.#armed = !this.#armed;
    if (this.#armed) {
      this.#disarm = setTimeout(() => {
        this.#armed = false;
        this.update();
      }, ARMED_MS);
    } else {
      this.#tamper();
    }
    this.update();
  }

  #tamper() {
    return this.#attack(async () => {
      this.#tampered = await post('/api/proof/tamper', this.#chosen);
      await this.#verify();
    });
  }

  #restore() {
    return this.#attack(async () => {
      await post('/api/proof/restore').catch((error) => {
        if (error.status !== GONE) {
          throw error; // 404: it was undone already, when its time was over.
        }
      });
      const [channel, partition] = this.#tampered.process.split('/');
      this.#tampered = undefined;
      await this.#verify({ channel, partition });
    });
  }

  async #verify(chain = this.#chain()) {
    this.#verdict = undefined;
    this.update();
    const query = `channel=${encodeURIComponent(chain.channel)}&partition=${encodeURIComponent(chain.partition)}`;
    this.#verdict = await get(`/api/proof/verify?${query}`);
  }

  #chain() {
    if (!this.#tampered) {
      return this.#chosen;
    }
    const [channel, partition] = this.#tampered.process.split('/');
    return { channel, partition };
  }

  template() {
    return html`
      <h1>Proof</h1>
      <p class="lead">
        The archive signs the root of all its records every 10 s. This page asks for the proof of one record, and checks it
        here, in your browser: nothing of the check is asked of a server.
      </p>
      ${failures(this)}${this.#unable ? html`<p class="notice bad">${this.#unable}</p>` : nothing}
      <div class="proof-columns">
        <div>${this.#choice()} ${this.#key()}</div>
        ${this.#steps()}
      </div>
      ${this.#content()} ${this.#verification()} ${this.#checkpoints()}
    `;
  }

  #choice() {
    const latest = (some) => some.reduce((last, one) => (last && last.lastTime > one.lastTime ? last : one), undefined);
    const usual = latest(this.#partitions.filter(({ channel }) => channel === 'orders')) ?? latest(this.#partitions);
    return html`<section class="panel" aria-labelledby="proof-choose">
      <h2 id="proof-choose">1 · Choose a record</h2>
      <form @submit=${(event) => this.#proveNewest(event)}>
        <label
          >Newest of
          <select name="partition">
            ${this.#partitions.map(
              (one) =>
                html`<option value="${one.channel}/${one.partition}" ?selected=${one === usual}>
                  ${one.channel}/${one.partition} (${count(one.records)})
                </option>`,
            )}
          </select></label
        >
        <button ?disabled=${this.#partitions.length === 0}>Prove it</button>
      </form>
      <form class="proof-order" @submit=${(event) => this.#find(event)}>
        <label>Order <input name="order" placeholder="shop/1042" autocomplete="off" required maxlength="200" /></label>
        <button class="quiet">Find its records</button>
      </form>
      ${this.#records === undefined
        ? nothing
        : this.#records.length === 0
          ? html`<p class="soft">The archive has no record of this order.</p>`
          : html`<div class="scroll proof-found">
              <table>
                <thead>
                  <tr>
                    <th>Record</th>
                    <th>Type</th>
                    <th><span class="skip">Prove</span></th>
                  </tr>
                </thead>
                <tbody>
                  ${this.#records.map(
                    (record) =>
                      html`<tr>
                        <td>${record.channel}/${record.partition} @ ${record.offset}<br /><span class="soft">${moment(record.timestamp)}</span></td>
                        <td>${record.type}</td>
                        <td>
                          <button class="quiet" type="button" @click=${() => this.#go(record.channel, record.partition, record.offset)}>
                            Prove
                          </button>
                        </td>
                      </tr>`,
                  )}
                </tbody>
              </table>
            </div>`}
      <p class="soft mono">GET /audit/proofs/CHANNEL/PARTITION/OFFSET · bin/audit prove</p>
    </section>`;
  }

  #key() {
    const strange = this.#pinned && this.#served.length > 0 && !this.#served.includes(this.#pinned);
    return html`<section class="panel" aria-labelledby="proof-key">
      <h2 id="proof-key">
        2 · Trust a key
        ${this.#pinned ? html`<span class="badge ok">pinned by you</span>` : html`<span class="badge warn">from the service</span>`}
      </h2>
      <div class="proof-keys">
        ${(this.#pinned ? [this.#pinned] : this.#served).map((key) => html`<p class="mono proof-text">${key}</p>`)}
      </div>
      ${strange
        ? html`<p class="notice bad">The service names another key. Either it signs with a new one, or it is not the one you know.</p>`
        : nothing}
      <p class="soft">
        ${this.#pinned
          ? 'This browser keeps this key, and no other counts.'
          : 'The audit service has just named this key. Who controls the service could name one of his own, and sign a false archive with it. Take the key from who keeps it (bin/audit key), and pin it.'}
      </p>
      ${this.#pinned
        ? html`<button class="quiet" type="button" @click=${() => this.#unpin()}>Forget it</button>`
        : html`<form @submit=${(event) => this.#pin(event)}>
            <label>Public key <input name="key" autocomplete="off" required maxlength="400" placeholder="MCowBQYDK2Vw…" /></label>
            <button class="quiet">Pin it</button>
          </form>`}
    </section>`;
  }

  #steps() {
    const { proved, steps = {}, key } = this.#result ?? {};
    const failed = proofs.STEPS.filter(([name]) => steps[name]?.ok === false).map(([, title]) => title);
    return html`<section class="panel proof-steps" aria-labelledby="proof-check">
      <div class="row spread">
        <h2 id="proof-check">3 · Check it here</h2>
        <span role="status" class="proof-verdict">
          ${this.#result === undefined
            ? html`<span class="badge">${this.#proof ? 'not checked' : 'no proof yet'}</span>`
            : proved
              ? html`<span class="badge ok">proved</span>`
              : html`<span class="badge bad">NOT proved</span> ${failed[0]}`}
        </span>
      </div>
      <p class="soft">
        ${this.#waiting ||
        (this.#chosen && this.#proof
          ? `${this.#chosen.channel}/${this.#chosen.partition} at offset ${this.#chosen.offset}${this.#changed ? `, with byte ${this.#changed.at} of ${this.#changed.title} changed from ${proofs.hex([this.#changed.was])} to ${proofs.hex([this.#changed.is])}` : ''}`
          : 'Choose a record. Each step below is then computed by this page.')}
      </p>
      <ol>
        ${proofs.STEPS.map(([name, title]) => this.#step(title, steps[name]))}
      </ol>
      <div class="row">
        <label
          >Change one byte of
          <select
            ?disabled=${!this.#result}
            @change=${(event) => {
              this.#part = event.target.value;
            }}
          >
            ${(this.#proof ? proofs.parts(this.#proof) : [['record', 'the record']]).map(
              ([name, title]) => html`<option value=${name} ?selected=${name === this.#part}>${title}</option>`,
            )}
          </select></label
        >
        <button type="button" id="proof-change" ?disabled=${!this.#result} @click=${() => this.#change()}>Change</button>
        <button type="button" class="quiet" ?disabled=${!this.#changed} @click=${() => this.#undoChange()}>Put it back</button>
        <button type="button" class="quiet" ?disabled=${!this.#proof} @click=${() => this.#save()}>Save the proof</button>
      </div>
      <p class="soft">
        ${proved && key ? html`By the key <span class="mono">${keyName(key.base64)}</span>. ` : nothing}All of it works without a
        network. The script is from this console: to trust that neither, save the proof and run
        <span class="mono">java docs/VerifyProof.java PROOF KEY</span>.
      </p>
    </section>`;
  }

  #step(title, step) {
    const state = step === undefined ? 'unknown' : step.ok ? 'ok' : 'bad';
    return html`<li class="proof-step ${state}">
      <div class="row spread">
        <strong>${title}</strong>
        <span class="badge ${state === 'unknown' ? '' : state}">${state === 'unknown' ? '—' : step.ok ? 'good' : 'fails'}</span>
      </div>
      <div class="soft">${step?.text ?? '\u00a0'}</div>
      ${step?.hash
        ? html`<details>
            <summary class="mono">${short(step.hash)}${step.ok || !step.expected ? '' : ` ≠ ${short(step.expected)}`}</summary>
            ${(step.climbed ?? []).map(
              (one, number) =>
                html`<div class="mono proof-text">
                  ${number + 1}. SHA-256(01, ${one.side === 'left' ? `${short(one.other)}, ·` : `·, ${short(one.other)}`}) = ${one.hash}
                </div>`,
            )}
            <div class="mono proof-text">computed ${step.hash}</div>
            ${step.expected ? html`<div class="mono proof-text">expected ${step.expected}</div>` : nothing}
          </details>`
        : nothing}
    </li>`;
  }

  #content() {
    const { record, segment, proved, checkpoint } = this.#result ?? {};
    if (!record) {
      return nothing;
    }
    const pretty = (value) => {
      try {
        return JSON.stringify(JSON.parse(value), null, 1);
      } catch {
        return value;
      }
    };
    return html`<section class="panel" aria-labelledby="proof-content">
      <h2 id="proof-content">${proved ? 'What is proved' : 'What the proof says, and is not proved'}</h2>
      <div class="proof-record">
        <dl>
          <dt>Record</dt>
          <dd>offset ${record.offset} of ${record.channel}/${record.partition}, entry ${record.seq} of its chain</dd>
          <dt>Its time</dt>
          <dd>${moment(record.timestamp)} (${record.timestampType})</dd>
          <dt>Closed with its segment</dt>
          <dd>${segment ? moment(segment.closedMs) : '—'}</dd>
          <dt>Signed</dt>
          <dd>${checkpoint ? `${moment(checkpoint.signedAt)}, with ${count(checkpoint.size)} segments in the log` : '—'}</dd>
          <dt>Key</dt>
          <dd class="mono">${record.key ?? 'none'}</dd>
          ${record.headers.map(
            (header) => html`<dt>${header.name}</dt>
              <dd class="mono">${header.value ?? 'none'}</dd>`,
          )}
        </dl>
        <pre tabindex="0" aria-label="Value of the record">${record.value === undefined ? 'no value: a tombstone' : pretty(record.value)}</pre>
      </div>
      <p class="soft">
        A part that begins with “sealed:” is personal data. It is encrypted in the archive, and the proof is of the encrypted part.
        ${segment?.unproven > 0
          ? `${segment.unproven} entries of this segment were signed after the broker had removed them.`
          : nothing}
      </p>
    </section>`;
  }

  #verification() {
    const chain = this.#verdict?.chains[0];
    const wrong = this.#verdict && (this.#verdict.findings[0] ?? chain?.finding);
    return html`<section class="panel" aria-labelledby="proof-tamper">
      <h2 id="proof-tamper">4 · ${local() ? 'Tamper with the row' : 'Verify the chain'}</h2>
      <p class="soft">
        A verification compares all rows of a chain with what was signed.
        ${local()
          ? 'Change one byte of the row in PostgreSQL, as only the owner of the tables can, and see it named. The byte is put back after 10 minutes, also by a restarted console.'
          : nothing}
      </p>
      <div class="row">
        ${local()
          ? html`<button
          type="button"
          class="danger"
          id="proof-tamper-do"
          ?disabled=${this.#busy || !this.#chosen || !!this.#tampered}
          @click=${() => this.#arm()}
        >
          ${this.#armed
            ? 'Press again: the row in the database is changed'
            : this.#chosen
              ? `Change a byte of ${this.#chosen.channel}/${this.#chosen.partition} at ${this.#chosen.offset}`
              : 'Choose a record first'}
        </button>`
          : nothing}
        <button type="button" class="quiet" id="proof-verify" ?disabled=${this.#busy || !this.#chain()} @click=${() => this.#attack(() => this.#verify())}>
          Verify its chain now
        </button>
        ${local()
          ? html`<button type="button" id="proof-tamper-undo" ?disabled=${this.#busy || !this.#tampered} @click=${() => this.#restore()}>
          Put the byte back
        </button>`
          : nothing}
      </div>
      <div role="status" class="proof-verify">
        ${this.#busy ? html`<p class="soft">The chain is verified.</p>` : nothing}
        ${this.#tampered
          ? html`<p>
              <span class="badge warn">changed</span> ${this.#tampered.process} at offset ${this.#tampered.value}, by
              ${this.#tampered.by}, until ${time(this.#tampered.endsAt)}.
            </p>`
          : nothing}
        ${this.#verdict
          ? wrong
            ? html`<p class="notice bad">
                <strong>Found: ${wrong.kind.toLowerCase().replaceAll('_', ' ')}</strong> in ${chain?.channel}/${chain?.partition}:
                ${wrong.sentence}${wrong.offset === null || wrong.offset === undefined ? '' : `, offset ${wrong.offset}`}${wrong.segment === null || wrong.segment === undefined ? '' : `, segment ${wrong.segment}`}.
              </p>`
            : html`<p class="notice ${chain?.complete ? 'ok' : 'warn'}">
                ${chain?.complete ? 'All is what was signed' : 'Not finished in time'}: ${count(chain?.entries)} entries in
                ${count(chain?.segments)} segments of ${chain?.channel}/${chain?.partition}, compared with
                ${count(this.#verdict.checkpoints)} checkpoints at ${time(this.#verdict.at)}.
              </p>`
          : nothing}
      </div>
      <p class="soft mono">
        bin/faults do tamper CHANNEL/PARTITION OFFSET · GET /audit/verify?channel=…&amp;partition=… · bin/audit verify
      </p>
    </section>`;
  }

  #checkpoints() {
    const all = (this.data.checkpoints ?? []).slice(0, LISTED);
    return html`<section class="panel" aria-labelledby="proof-checkpoints">
      <h2 id="proof-checkpoints">Checkpoints</h2>
      <table class="proof-checkpoints">
        <caption>
          The last ${LISTED} on the channel <span class="mono">audit-checkpoints</span>; this page checks each signature with the key of above
        </caption>
        <thead>
          <tr>
            <th>Signed at</th>
            <th class="number">Segments</th>
            <th>Root hash</th>
            <th>Log</th>
            <th>Signature</th>
          </tr>
        </thead>
        <tbody>
          ${all.map((published) => {
            const { checkpoint, key } = this.#signed.get(published.offset) ?? {};
            return html`<tr>
              <td>${checkpoint ? moment(checkpoint.signedAt) : moment(published.timestampMs)}</td>
              <td class="number">${checkpoint ? count(checkpoint.size) : '—'}</td>
              <td class="mono">${checkpoint ? short(proofs.hex(checkpoint.root)) : '—'}</td>
              <td class="mono">${checkpoint?.origin ?? '—'}</td>
              <td>
                ${!checkpoint
                  ? html`<span class="badge ${this.#signed.has(published.offset) ? 'bad' : ''}"
                      >${this.#signed.has(published.offset) ? 'no checkpoint' : 'not checked'}</span
                    >`
                  : key
                    ? html`<span class="badge ok">good</span> <span class="mono">${keyName(key.base64)}</span>`
                    : html`<span class="badge bad">${this.#unable ? 'not checked' : 'by no trusted key'}</span>`}
              </td>
            </tr>`;
          })}
        </tbody>
      </table>
      ${all.length === 0 ? html`<p class="empty">No checkpoint has been read yet.</p>` : nothing}
      <p class="soft mono">bin/kafka topics:tail audit-checkpoints · bin/audit witness</p>
    </section>`;
  }
}

customElements.define('proof-view', ProofView);
