// node segment-node.js EDGE WRITE_KEY VISITOR
import { Analytics } from '@segment/analytics-node'
import { print, summary, visit } from './shop.js'

const [edge, writeKey, visitor] = process.argv.slice(2)
const analytics = new Analytics({ writeKey, host: edge })

/** Sends a message; resolves with the delivered message, or rejects with the reason. */
const send = (method, message) =>
  new Promise((resolve, reject) =>
    analytics[method](message, (error, context) => (error ? reject(error) : resolve(summary(context.event)))))

const sent = visit(visitor).map(([method, message]) => send(method, message))
await analytics.closeAndFlush()
print(await Promise.all(sent))
