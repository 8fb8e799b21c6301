// The visit of one visitor to the shop. Every client sends it through its own API.

/** Returns pairs: the name of a method of the client, and the message that a server client takes. */
export const visit = (visitor) => {
  const user = `${visitor}-user`
  const lamp = { product_id: 'lamp-1', name: 'Lamp', quantity: 2, price: 10.15 }
  const order = { order_id: `${visitor}-order`, country: 'Norway', currency: 'NOK', total: 20.3, products: [lamp] }
  return [
    ['page', { anonymousId: visitor, name: 'Lamps', properties: { path: '/lamps' } }],
    ['screen', { anonymousId: visitor, name: 'Start', properties: { first: true } }],
    ['identify', { anonymousId: visitor, userId: user, traits: { plan: 'free' } }],
    ['group', { anonymousId: visitor, userId: user, groupId: 'friends', traits: { size: 3 } }],
    ['track', { anonymousId: visitor, userId: user, event: 'Product Added', properties: lamp }],
    ['track', { anonymousId: visitor, userId: user, event: 'Order Completed', properties: order }],
    ['alias', { userId: `${visitor}-renamed`, previousId: user }],
  ]
}

/** Converts a message to the arguments of a browser client, which knows the visitor itself. */
export const argumentsOf = {
  page: (message) => [message.name, message.properties],
  screen: (message) => [message.name, message.properties],
  identify: (message) => [message.userId, message.traits],
  group: (message) => [message.groupId, message.traits],
  track: (message) => [message.event, message.properties],
  alias: (message) => [message.userId, message.previousId],
}

/** Returns the fields that the test compares with the channels. */
export const summary = ({ type, messageId, event, name }) => ({ type, messageId, name: event ?? name ?? null })

export const print = (messages) => console.log(JSON.stringify(messages))
