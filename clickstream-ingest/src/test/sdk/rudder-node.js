// node rudder-node.js EDGE WRITE_KEY VISITOR
import { gunzipSync } from 'node:zlib'
import Analytics from '@rudderstack/rudder-sdk-node'
import { print, summary, visit } from './shop.js'

const [edge, writeKey, visitor] = process.argv.slice(2)
const client = new Analytics(writeKey, { dataPlaneUrl: edge })

/** Sends a message; the client passes the batch that contained it to the callback. */
const send = (method, message) =>
  new Promise((resolve, reject) =>
    client[method](message, (error, body) => (error ? reject(error) : resolve(JSON.parse(gunzipSync(body)).batch))))

const sent = visit(visitor).map(([method, message]) => send(method, message))
await client.flush()
const messages = (await Promise.all(sent)).flat()
print([...new Map(messages.map((message) => [message.messageId, summary(message)])).values()])
