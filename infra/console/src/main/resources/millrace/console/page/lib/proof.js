// Checks a proof of the archive in this browser, with SHA-256 and Ed25519 of WebCrypto. It asks nobody: not the console, not
// the service. docs/VerifyProof.java does the same with a JDK.
const RECORD = 1;
const SEGMENT = 3;
const LEAF = 0;
const NODE = 1;
const SIGNATURE_BYTES = 64;
const KEY_ID_BYTES = 4;
const RAW_KEY_BYTES = 32;

const encoder = new TextEncoder();

/** A proof, or a part of it, that is not in the form of a proof. */
class Malformed extends Error {}

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Bytes of base64. Of the several texts that base64 has for the same bytes only the usual one is taken. */
export function fromBase64(text) {
  let binary;
  try {
    binary = atob(text);
  } catch {
    throw new Malformed('it is no base64');
  }
  if (btoa(binary) !== text) {
    throw new Malformed('its base64 is not the usual one');
  }
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

export function toBase64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** The proof of GET /audit/proofs/CHANNEL/PARTITION/OFFSET, with bytes instead of base64. */
export function parseProof(json) {
  return {
    record: fromBase64(json.record),
    index: json.index,
    path: json.path.map(fromBase64),
    segment: fromBase64(json.segment),
    logIndex: json.logIndex,
    logPath: json.logPath.map(fromBase64),
    checkpoint: encoder.encode(json.checkpoint),
  };
}

/** The file that bin/audit prove writes, for docs/VerifyProof.java. */
export function proofFile(proof) {
  return [
    `record=${toBase64(proof.record)}`,
    `index=${proof.index}`,
    `path=${proof.path.map(toBase64).join(',')}`,
    `segment=${toBase64(proof.segment)}`,
    `logIndex=${proof.logIndex}`,
    `logPath=${proof.logPath.map(toBase64).join(',')}`,
    `checkpoint=${toBase64(proof.checkpoint)}`,
    '',
  ].join('\n');
}

function join(...parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const equal = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', join(...parts)));
}

const leaf = (bytes) => sha256([LEAF], bytes);

/**
 * Climbs from a leaf to the root of its tree, as RFC 9162 says in 2.1.3.2. Returns each step, and the root; undefined where
 * the path is too short or too long.
 */
async function climb(start, index, size, path) {
  const steps = [];
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) {
    return { steps, root: undefined };
  }
  let hash = start;
  let place = index;
  let last = size - 1;
  for (const other of path) {
    if (last === 0) {
      return { steps, root: undefined };
    }
    const isRight = place % 2 === 1 || place === last;
    hash = isRight ? await sha256([NODE], other, hash) : await sha256([NODE], hash, other);
    steps.push({ side: isRight ? 'left' : 'right', other: hex(other), hash: hex(hash) });
    if (isRight) {
      while (place % 2 === 0 && place !== 0) {
        place /= 2;
        last = Math.floor(last / 2);
      }
    }
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  return { steps, root: last === 0 ? hash : undefined };
}

/** Reads a leaf: its kind, then fields of a length in four bytes and their bytes; -1 is none. */
class Fields {
  #bytes;
  #view;
  #at = 1;

  constructor(bytes, kind) {
    if (bytes[0] !== kind) {
      throw new Malformed('its first byte says that it is something else');
    }
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  int() {
    if (this.#at + 4 > this.#bytes.length) {
      throw new Malformed('it ends too early');
    }
    this.#at += 4;
    return this.#view.getInt32(this.#at - 4);
  }

  bytes() {
    const length = this.int();
    if (length < 0) {
      return undefined;
    }
    if (this.#at + length > this.#bytes.length) {
      throw new Malformed('it ends too early');
    }
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  text() {
    return text(this.bytes() ?? new Uint8Array());
  }

  number() {
    const bytes = this.bytes();
    if (bytes?.length !== 8) {
      throw new Malformed('a number in it does not have eight bytes');
    }
    return Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0));
  }
}

/** Text of bytes that are UTF-8; all of it, also a mark at its begin. */
function text(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Malformed('a text in it is no UTF-8');
  }
}

/** Text of bytes, or their hexadecimal digits where they are no readable text; undefined where there are none. */
function readable(bytes) {
  if (bytes === undefined) {
    return undefined;
  }
  try {
    const decoded = text(bytes);
    return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/.test(decoded) ? `bytes ${hex(bytes)}` : decoded;
  } catch {
    return `bytes ${hex(bytes)}`;
  }
}

export function readRecord(bytes) {
  const fields = new Fields(bytes, RECORD);
  const record = {
    channel: fields.text(),
    partition: fields.number(),
    seq: fields.number(),
    life: fields.number(),
    topicId: fields.bytes(),
    offset: fields.number(),
  };
  fields.bytes(); // The leader's epoch.
  record.timestamp = fields.number();
  record.timestampType = fields.text();
  record.headers = [];
  const headers = fields.int();
  for (let i = 0; i < headers; i++) {
    record.headers.push({ name: readable(fields.bytes()), value: readable(fields.bytes()) });
  }
  record.key = readable(fields.bytes());
  record.value = readable(fields.bytes());
  return record;
}

export function readSegment(bytes) {
  const fields = new Fields(bytes, SEGMENT);
  return {
    channel: fields.text(),
    partition: fields.number(),
    number: fields.number(),
    life: fields.number(),
    topicId: fields.bytes(),
    firstSeq: fields.number(),
    nextSeq: fields.number(),
    fromOffset: fields.number(),
    toOffset: fields.number(),
    root: fields.bytes(),
    unproven: fields.number(),
    closedMs: fields.number(),
  };
}

/** A checkpoint of C2SP's tlog-checkpoint: its text, what the text says, and its signatures. */
export function readCheckpoint(bytes) {
  const note = text(bytes);
  const border = note.indexOf('\n\n');
  if (border < 0) {
    throw new Malformed('it has no empty line before its signatures');
  }
  const signed = note.slice(0, border + 1);
  const [origin, size, root, signedAt] = signed.split('\n');
  if (!/^[0-9]{1,15}$/.test(size ?? '')) {
    throw new Malformed('its second line is no size');
  }
  const signatures = note
    .slice(border + 2)
    .split('\n')
    .filter((line) => line.startsWith(`\u2014 ${origin} `))
    .map((line) => line.slice(origin.length + 3));
  return { text: signed, origin, size: Number(size), root: fromBase64(root ?? ''), signedAt, signatures };
}

/** Whether this browser can check proofs: a sentence where it cannot, undefined where it can. */
export async function whyNot() {
  if (!globalThis.crypto?.subtle) {
    return 'This page was not loaded from localhost or over HTTPS, and so this browser has no WebCrypto for it: nothing can be checked here.';
  }
  try {
    await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify']);
    return undefined;
  } catch {
    return 'This browser does not know Ed25519: it checks the hashes and not the signature, which proves nothing. Chrome 137, Firefox 129 and Safari 17 know it.';
  }
}

/** A public key of bin/audit key: its base64, what WebCrypto makes of it, and its bytes. */
export async function importKey(base64) {
  const encoded = fromBase64(base64.trim());
  const key = await crypto.subtle.importKey('spki', encoded, { name: 'Ed25519' }, true, ['verify']);
  return { base64: base64.trim(), key, raw: encoded.subarray(encoded.length - RAW_KEY_BYTES) };
}

/** Returns the key that has signed the checkpoint, or undefined. */
export async function signer(checkpoint, keys) {
  for (const key of keys) {
    const id = (await sha256(encoder.encode(`${checkpoint.origin}\n`), [1], key.raw)).subarray(0, KEY_ID_BYTES);
    for (const signature of checkpoint.signatures) {
      const bytes = fromBase64(signature);
      if (
        bytes.length === KEY_ID_BYTES + SIGNATURE_BYTES &&
        equal(bytes.subarray(0, KEY_ID_BYTES), id) &&
        (await crypto.subtle.verify(
          { name: 'Ed25519' },
          key.key,
          bytes.subarray(KEY_ID_BYTES),
          encoder.encode(checkpoint.text),
        ))
      ) {
        return key;
      }
    }
  }
  return undefined;
}

/** Names of the steps, in their order. */
export const STEPS = [
  ['record', 'Hash the record'],
  ['path', 'Climb to the root of its segment'],
  ['place', 'Compare the place of both'],
  ['segment', 'Hash the segment'],
  ['logPath', 'Climb to the root of the log'],
  ['signature', 'Check the signature of that root'],
];

/**
 * Checks a proof with public keys. Each step is made, also behind one that fails.
 *
 * Returns the steps by name, each with ok, a sentence and what it computed; whether all are ok; and the record, segment,
 * checkpoint and key, where they could be read.
 */
export async function check(proof, keys) {
  const result = { steps: {} };
  const step = async (name, action) => {
    try {
      result.steps[name] = await action();
    } catch (error) {
      const why = error instanceof Malformed ? error.message : `this browser refuses: ${error.message}`;
      result.steps[name] = { ok: false, text: `It cannot be read: ${why}.` };
    }
  };
  await step('record', async () => {
    const hash = await leaf(proof.record);
    result.recordLeaf = hash;
    result.record = readRecord(proof.record);
    return { ok: true, text: `SHA-256 of 00 and ${proof.record.length} bytes.`, hash: hex(hash) };
  });
  await step('path', async () => {
    result.segment = readSegment(proof.segment);
    const { segment } = result;
    const size = segment.nextSeq - segment.firstSeq;
    const { steps, root } = await climb(result.recordLeaf, proof.index, size, proof.path);
    const ok = root !== undefined && equal(root, segment.root);
    return {
      ok,
      text: ok
        ? `Leaf ${proof.index} of ${size}: ${steps.length} hashes lead to the root that the segment has.`
        : `The ${steps.length} hashes do not lead to the root that the segment has.`,
      climbed: steps,
      hash: root && hex(root),
      expected: hex(segment.root),
    };
  });
  await step('place', async () => {
    const { record, segment } = result;
    const ok =
      record !== undefined &&
      segment !== undefined &&
      record.channel === segment.channel &&
      record.partition === segment.partition &&
      record.seq === segment.firstSeq + proof.index &&
      record.life === segment.life &&
      equal(record.topicId ?? [], segment.topicId ?? [1]);
    return {
      ok,
      text: ok
        ? `Both are of ${record.channel}/${record.partition}; the record is entry ${record.seq} of its chain.`
        : 'The record says that it is of another place than the segment.',
    };
  });
  await step('segment', async () => {
    const hash = await leaf(proof.segment);
    result.segmentLeaf = hash;
    return { ok: true, text: `SHA-256 of 00 and ${proof.segment.length} bytes.`, hash: hex(hash) };
  });
  await step('logPath', async () => {
    result.checkpoint = readCheckpoint(proof.checkpoint);
    const { checkpoint } = result;
    const { steps, root } = await climb(result.segmentLeaf, proof.logIndex, checkpoint.size, proof.logPath);
    const ok = root !== undefined && equal(root, checkpoint.root);
    return {
      ok,
      text: ok
        ? `Leaf ${proof.logIndex} of ${checkpoint.size}: ${steps.length} hashes lead to the root of the checkpoint.`
        : `The ${steps.length} hashes do not lead to the root of the checkpoint.`,
      climbed: steps,
      hash: root && hex(root),
      expected: hex(checkpoint.root),
    };
  });
  await step('signature', async () => {
    const checkpoint = result.checkpoint ?? readCheckpoint(proof.checkpoint);
    result.key = await signer(checkpoint, keys);
    return {
      ok: result.key !== undefined,
      text: result.key
        ? `Ed25519: ${checkpoint.origin} signed it at ${checkpoint.signedAt}.`
        : 'No trusted key has signed the text of this checkpoint.',
      key: result.key?.base64,
    };
  });
  result.proved = STEPS.every(([name]) => result.steps[name].ok);
  return result;
}

/** Parts of a proof of which a byte can be changed; those of an empty path have none. */
export function parts(proof) {
  return [
    ['record', 'the record', proof.record],
    ['path', 'the path in the segment', join(...proof.path)],
    ['segment', 'the segment', proof.segment],
    ['logPath', 'the path in the log', join(...proof.logPath)],
    ['checkpoint', 'the checkpoint', proof.checkpoint],
  ].filter(([, , bytes]) => bytes.length > 0);
}

/** Returns the proof with one byte changed, and which one that was. */
export function withChangedByte(proof, name, random = Math.random) {
  const [, title, bytes] = parts(proof).find(([part]) => part === name);
  const at = Math.floor(random() * bytes.length);
  const changed = Uint8Array.from(bytes);
  changed[at] ^= 1 << Math.floor(random() * 7);
  const value = Array.isArray(proof[name])
    ? proof[name].map((hash, number) => changed.subarray(number * hash.length, (number + 1) * hash.length))
    : changed;
  return { proof: { ...proof, [name]: value }, title, at, of: bytes.length, was: bytes[at], is: changed[at] };
}
