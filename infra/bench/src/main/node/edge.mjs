// An edge built from npm packages: Fastify and @platformatic/kafka in two processes. Like the edge it authenticates the
// write key, keys each event by its visitor, adds the time of receipt and answers after every in-sync replica has the
// event. It validates nothing else.
import cluster from 'node:cluster'
import { createHash } from 'node:crypto'
import Fastify from 'fastify'
import { Producer } from '@platformatic/kafka'

const PROCESSES = 2
const MAX_REQUESTS_PER_SEND = 5000
const MAX_BODY_BYTES = 1 << 20

const env = process.env
const topic = `${env.KAFKA_PREFIX ?? ''}clicks`
const keys = new Set(env.WRITE_KEYS.split(',').map(entry => entry.split(':')[1]))

const producer = () =>
  new Producer({
    clientId: 'node-edge',
    idempotent: true, // implies acks=all
    bootstrapBrokers: env.KAFKA_URL.split(',').map(url => url.replace(/^kafka(\+ssl)?:\/\//, '')),
    tls: {
      ca: env.KAFKA_TRUSTED_CERT,
      cert: env.KAFKA_CLIENT_CERT,
      key: env.KAFKA_CLIENT_CERT_KEY,
      checkServerIdentity: () => undefined // the certificates of the platform's brokers have random names
    }
  })

// Sends one request to the broker at a time; it carries all events that arrived during the previous one.
class EventAppender {
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
      const requests = this.#waiting.splice(0, MAX_REQUESTS_PER_SEND)
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
  const appender = new EventAppender()
  const app = Fastify({ bodyLimit: MAX_BODY_BYTES })
  app.addHook('onRequest', async (request, reply) => {
    if (!isKnown(request.headers.authorization)) {
      return reply.code(401).send({ success: false })
    }
  })
  const append = async events => {
    const receivedAt = new Date().toISOString()
    await appender.append(events.map(event => message(event, receivedAt)))
    return { success: true }
  }
  app.post('/v1/track', request => append([request.body]))
  app.post('/v1/batch', request => append(request.body.batch))
  await app.listen({ host: '127.0.0.1', port: Number(env.PORT) })
}

process.on('SIGINT', () => {}) // the parent process handles Ctrl-C and ends this one

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
