// An edge from packages: Fastify and @platformatic/kafka in two processes. Like the edge it knows its writers, keeps an
// event's key, says when it was received, and answers once every in-sync replica has it. Nothing else is checked.
import cluster from 'node:cluster'
import { createHash } from 'node:crypto'
import Fastify from 'fastify'
import { Producer } from '@platformatic/kafka'

const PROCESSES = 2
const MOST_AT_ONCE = 5000
const MOST_BYTES = 1 << 20

const env = process.env
const topic = `${env.KAFKA_PREFIX ?? ''}clicks`
const keys = new Set(env.WRITE_KEYS.split(',').map(entry => entry.split(':')[1]))

const producer = () =>
  new Producer({
    clientId: 'node-edge',
    idempotent: true, // With it acks is all.
    bootstrapBrokers: env.KAFKA_URL.split(',').map(url => url.replace(/^kafka(\+ssl)?:\/\//, '')),
    tls: {
      ca: env.KAFKA_TRUSTED_CERT,
      cert: env.KAFKA_CLIENT_CERT,
      key: env.KAFKA_CLIENT_CERT_KEY,
      checkServerIdentity: () => undefined // The platform's brokers have certificates with a random name.
    }
  })

// One request to the broker at a time carries what came in while the one before it was under way.
class Log {
  #producer = producer()
  #waiting = []
  #sending = false

  append(events) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ events, resolve, reject })
      if (!this.#sending) {
        this.#sending = true
        setImmediate(() => this.#send())
      }
    })
  }

  async #send() {
    while (this.#waiting.length > 0) {
      const requests = this.#waiting.splice(0, MOST_AT_ONCE)
      try {
        await this.#producer.send({ messages: requests.flatMap(request => request.events) })
        requests.forEach(request => request.resolve())
      } catch (failure) {
        requests.forEach(request => request.reject(failure))
      }
    }
    this.#sending = false
  }
}

const known = new Map()
const isKnown = authorization => {
  if (!known.has(authorization)) {
    const user = Buffer.from(authorization?.replace(/^Basic /, '') ?? '', 'base64').toString().split(':')[0]
    known.set(authorization, keys.has(createHash('sha256').update(user).digest('hex')))
  }
  return known.get(authorization)
}

const message = (event, receivedAt) => ({
  topic,
  key: Buffer.from(event.anonymousId ?? event.userId),
  value: Buffer.from(JSON.stringify({ ...event, receivedAt }))
})

const serve = async () => {
  const log = new Log()
  const app = Fastify({ bodyLimit: MOST_BYTES })
  app.addHook('onRequest', async (request, reply) => {
    if (!isKnown(request.headers.authorization)) {
      return reply.code(401).send({ success: false })
    }
  })
  const append = async events => {
    const receivedAt = new Date().toISOString()
    await log.append(events.map(event => message(event, receivedAt)))
    return { success: true }
  }
  app.post('/v1/track', request => append([request.body]))
  app.post('/v1/batch', request => append(request.body.batch))
  await app.listen({ host: '127.0.0.1', port: Number(env.PORT) })
}

process.on('SIGINT', () => {}) // Ctrl-C is for whoever started this, and ends it.

if (cluster.isPrimary) {
  for (let i = 0; i < PROCESSES; i++) {
    cluster.fork()
  }
  cluster.on('exit', () => process.exit(1))
  process.on('SIGTERM', () => process.exit(0))
} else {
  process.on('disconnect', () => process.exit(0))
  await serve()
}
