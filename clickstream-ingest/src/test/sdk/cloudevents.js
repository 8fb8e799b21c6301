// node cloudevents.js MODE EDGE WRITE_KEY VISITOR
import { CloudEvent, emitterFor, httpTransport } from 'cloudevents'
import { print, summary, visit } from './shop.js'

const [mode, edge, writeKey, visitor] = process.argv.slice(2)
const emit = emitterFor(httpTransport(`${edge}/events`), { mode })
const headers = { authorization: `Basic ${btoa(`${writeKey}:`)}` }

const send = async (method, message) => {
  const event = new CloudEvent({ type: message.event, source: '/npm', partitionkey: visitor, data: message.properties })
  const answer = await emit(event, { headers })
  // The client does not expose the status of the response.
  if (answer.headers['content-type'] !== 'application/json') throw new Error(answer.body)
  return summary({ type: method, messageId: `${event.source} ${event.id}`, event: event.type })
}

const sent = []
for (const [method, message] of visit(visitor)) {
  if (method === 'track') sent.push(await send(method, message))
}
print(sent)
