// A consumer that nobody knew: reads a channel from its beginning, and ends when it has all that was there at its start.
// It needs the platform's config vars (README.md beside this file) and a name for its group, which is its own: what
// others have read is none of its business, and its next run goes on where this one ends.
//
//   node unknown-consumer.mjs [CHANNEL] [GROUP]

import { Consumer, ListOffsetTimestamps, stringDeserializers } from '@platformatic/kafka'

const [channel = 'clicks', group = 'unknown-node'] = process.argv.slice(2)
const { KAFKA_URL, KAFKA_PREFIX = '', KAFKA_TRUSTED_CERT, KAFKA_CLIENT_CERT, KAFKA_CLIENT_CERT_KEY } = process.env
if (!KAFKA_URL) {
  fail('KAFKA_URL is not set: eval "$(bin/vars)" sets the config vars of what bin/up started.')
}

// The brokers' certificates carry a random name on the PaaS: their chain is verified, their name is not.
const tls = {
  ca: KAFKA_TRUSTED_CERT,
  cert: KAFKA_CLIENT_CERT,
  key: KAFKA_CLIENT_CERT_KEY,
  checkServerIdentity: () => undefined
}

// The platform's prefix stands before the name of every topic and of every group.
const topic = KAFKA_PREFIX + channel
const consumer = new Consumer({
  clientId: group,
  groupId: KAFKA_PREFIX + group,
  bootstrapBrokers: KAFKA_URL.split(',').map(url => url.replace(/^.*:\/\//, '')),
  tls: KAFKA_URL.startsWith('kafka+ssl:') ? tls : undefined,
  deserializers: stringDeserializers
})

// Where each partition ends now. Positions count no records: transactions and compaction leave holes.
const latest = { topics: [topic], timestamp: ListOffsetTimestamps.LATEST }
const ends = (await consumer.listOffsets(latest)).get(topic)
const records = ends.map(() => 0)
const counts = new Map()
const stalled = setTimeout(() => fail(`Nothing came of ${channel} for 30 s: is another run of ${group} reading it?`), 30_000)

const stream = await consumer.consume({ topics: [topic], mode: 'committed', fallbackMode: 'earliest', maxWaitTime: 500 })
const position = partition => stream.offsetsToFetch.get(`${topic}:${partition}`) ?? -1n
stream.on('error', error => fail(error.message))
stream.on('data', ({ partition, headers, value }) => {
  const row = pageOrType(headers.get('ce_type'), value)
  counts.set(row, (counts.get(row) ?? 0) + 1)
  records[partition]++
  stalled.refresh()
})
stream.on('fetch', () => {
  if (stream.readableLength === 0 && ends.every((end, partition) => position(partition) >= end)) {
    stream.removeAllListeners('fetch')
    finish()
  }
})

async function finish () {
  clearTimeout(stalled)
  await stream.close() // The broker keeps how far the group has come.
  await consumer.close()
  records.forEach((count, at) => console.log(`${channel} ${at}: ${count} records before offset ${position(at)}`))
  const most = [...counts].sort((one, other) => other[1] - one[1])
  most.slice(0, 20).forEach(([row, count]) => console.log(`${count} ${row}`))
}

// Records are CloudEvents: a header tells the type, the value is JSON, or null where a compacted row is taken back.
function pageOrType (type, value) {
  const page = type === 'clicks.page' ? JSON.parse(value).properties?.path : undefined
  return page ?? type ?? 'no type'
}

function fail (sentence) {
  console.error(sentence)
  process.exit(1)
}
