// Serves the files beside this one from an origin that is not the edge's: the site of the shop.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript' }

const serve = async (request, response) => {
  const path = normalize(new URL(request.url, 'http://site').pathname)
  const type = TYPES[extname(path)]
  const file = type && (await readFile(join(import.meta.dirname, path)).catch(() => undefined))
  response.writeHead(file ? 200 : 404, { 'content-type': type ?? 'text/plain' }).end(file)
}

/** Opens the site; it is closed at the end of the block that uses it. */
export const openSite = async () => {
  const server = createServer(serve)
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }
}
