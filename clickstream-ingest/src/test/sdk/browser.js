// node browser.js PAGE HOW EDGE WRITE_KEY VISITOR
// Opens a page of the shop, and leaves it where its client holds messages back until then. Runs until its input ends.
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { print } from './shop.js'
import { openSite } from './site.js'

const [file, how, edge, writeKey, visitor] = process.argv.slice(2)
const LIMIT = 60_000

const fail = (fault) => {
  process.exitCode = 1
  console.error(fault)
}

const watch = (page) => {
  page.setDefaultTimeout(LIMIT)
  page.on('console', (message) => console.error(message.type(), message.text()))
  page.on('pageerror', (error) => fail(`The page failed: ${error}`))
  page.on('requestfailed', (request) => fail(`${request.url()} got no answer: ${request.failure().errorText}`))
  page.on('response', (answer) => answer.ok() || fail(`${answer.url()} was answered with ${answer.status()}`))
}

/** Returns the messages that the page's client sent, and whether it waits for the page to be left. */
const ask = (page) => {
  const answer = page.evaluate(async () => ({ sent: await window.sent, leave: window.leave }))
  const late = setTimeout(LIMIT, undefined, { ref: false }).then(() => {
    throw new Error(`The client did not finish within ${LIMIT} ms`)
  })
  return Promise.race([answer, late])
}

const visit = async (page, origin) => {
  await page.addInitScript((shop) => (window.shop = shop), { how, edge, writeKey, visitor })
  await page.goto(`${origin}/${file}`)
  const { sent, leave } = await ask(page)
  if (leave) await page.goto(`${origin}/left.html`)
  print(sent)
}

const site = await openSite()
const browser = await chromium.launch({
  executablePath: process.env.PATH.split(delimiter).map((folder) => join(folder, 'chromium')).find(existsSync),
  args: ['--disable-background-networking', '--disable-component-update', '--disable-quic', '--disable-sync'],
})
try {
  const page = await browser.newPage()
  watch(page)
  await visit(page, site.origin)
  await once(process.stdin.resume(), 'end')
} finally {
  await browser.close()
  site.close()
}
