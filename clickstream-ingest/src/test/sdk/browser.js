// node browser.js PAGE HOW EDGE WRITE_KEY VISITOR
// Opens a page of the shop, and leaves it where its client keeps messages until then. Stays until its input ends.
import { once } from 'node:events'
import { chromium } from 'playwright-core'
import { print } from './shop.js'
import { openSite } from './site.js'

const [file, how, edge, writeKey, visitor] = process.argv.slice(2)
const faults = []

const watch = (page) => {
  page.setDefaultTimeout(20_000)
  page.on('console', (message) => console.error(message.type(), message.text()))
  page.on('pageerror', (error) => faults.push(`The page failed: ${error}`))
  page.on('requestfailed', (request) => faults.push(`${request.url()} got no answer: ${request.failure().errorText}`))
  page.on('response', (answer) => answer.ok() || faults.push(`${answer.url()} was answered with ${answer.status()}`))
}

const visit = async (page, origin) => {
  await page.addInitScript((shop) => (window.shop = shop), { how, edge, writeKey, visitor })
  await page.goto(`${origin}/${file}`)
  const { sent, leave } = await page.evaluate(async () => ({ sent: await window.sent, leave: window.leave }))
  if (leave) await page.goto(`${origin}/left.html`)
  print(sent)
}

const site = await openSite()
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
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
if (faults.length) throw new Error(faults.join('\n'))
