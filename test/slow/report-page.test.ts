/** The page of a run in a real browser: with scripts and without, light and dark, on paper, by keyboard. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pageOfRun } from '../../src/report/page/fitted.ts'
import { wholeRun } from '../report/whole-run.ts'

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
const program = [process.env.CHROMIUM, ...PLACES].find((path) => path !== undefined && existsSync(path))

// On a machine of one's own a browser may be missing; where the project is built it may not.
const opened = program === undefined && process.env.CI === undefined ? describe.skip : describe
const name =
  program === undefined ? 'the page in a browser (skipped where there is no Chromium; CHROMIUM names one)' : 'the page in a browser'

opened(name, () => {
  const folder = mkdtempSync(join(tmpdir(), 'splitbrain-browser-'))
  const file = join(folder, 'report.html')
  let browser: Browser | null = null

  beforeAll(async () => {
    if (program === undefined) throw new Error('no Chromium here; apt-get install chromium, or name one in CHROMIUM')
    writeFileSync(file, await pageOfRun(wholeRun()))
    browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] })
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Nothing may be asked for, nothing may fail, nobody may be spoken to. */
  async function visit(options: BrowserContextOptions, look: (page: Page) => Promise<void>): Promise<void> {
    if (browser === null) throw new Error('no browser')
    const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options })
    const page = await context.newPage()
    const wrong: string[] = []
    page.on('pageerror', (error) => wrong.push(error.message))
    page.on('console', (message) => wrong.push(message.text()))
    page.on('dialog', (dialog) => {
      wrong.push(dialog.message())
      void dialog.dismiss()
    })
    page.on('request', (request) => {
      if (request.url() !== pathToFileURL(file).href) wrong.push(request.url())
    })
    await page.goto(pathToFileURL(file).href)
    await look(page)
    expect(wrong).toEqual([])
    await context.close()
  }

  const height = async (page: Page, selector: string): Promise<number> => (await page.locator(selector).first().boundingBox())?.height ?? 0

  it.each([true, false])('says everything with scripts: %s', async (javaScriptEnabled) => {
    await visit({ javaScriptEnabled }, async (page) => {
      for (const id of ['verdicts', 'violations', 'timeline', 'load', 'moments', 'lab', 'facts'])
        expect(await height(page, `#${id}`)).toBeGreaterThan(20)
      expect(await height(page, '#timeline .picture')).toBeGreaterThan(150)
      expect(await height(page, '#load .plot')).toBeGreaterThan(100)
      expect(await page.locator('#op-A1').count()).toBe(1)
      // Only a script can make good on a button, so only a script brings one.
      expect((await page.locator('button').count()) > 0).toBe(javaScriptEnabled)
      expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0)
    })
  })

  it.each(['light', 'dark'] as const)('can be read in %s', async (colorScheme) => {
    await visit({ colorScheme }, async (page) => {
      const [ground, text] = (await page.evaluate(
        '[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]',
      )) as [string, string]
      expect(contrast(ground, text)).toBeGreaterThan(7)
      expect(luminance(ground) > 0.5).toBe(colorScheme === 'light')
    })
  })

  it('on paper is light, whole and without what only a screen can do', async () => {
    await visit({ colorScheme: 'dark' }, async (page) => {
      expect(await height(page, '#facts details:not([open]) > table')).toBe(0)
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
      expect(await height(page, 'nav')).toBe(0)
      expect(await height(page, '#facts details:not([open]) > table')).toBeGreaterThan(5)
      expect(luminance(String(await page.evaluate('getComputedStyle(document.body).backgroundColor')))).toBeGreaterThan(0.9)
      expect((await page.pdf({ format: 'A4', printBackground: true })).length).toBeGreaterThan(20_000)
    })
  })

  it('by keyboard: the first stop skips to the verdicts, summaries open, pictures scroll', async () => {
    await visit({}, async (page) => {
      await page.keyboard.press('Tab')
      expect(await page.evaluate('document.activeElement.className')).toBe('skip')
      await page.keyboard.press('Enter')
      expect(await page.evaluate('location.hash')).toBe('#verdicts')
      await page.locator('#facts summary').first().focus()
      await page.keyboard.press('Enter')
      expect(await page.locator('#facts details[open]').count()).toBe(1)
      await page.locator('#timeline .tools button').first().press('Enter')
      await page.locator('#timeline .scroll').focus()
      await page.keyboard.press('ArrowRight')
      await expect.poll(() => page.evaluate("document.querySelector('#timeline .scroll').scrollLeft")).toBeGreaterThan(0)
    })
  })

  it('with scripts a picture widens, and a type of message can be left out', async () => {
    await visit({}, async (page) => {
      const before = (await page.locator('#timeline .picture').boundingBox())?.width ?? 0
      await page.locator('#timeline .tools button', { hasText: 'wider' }).click()
      expect((await page.locator('#timeline .picture').boundingBox())?.width).toBeCloseTo(before * 2, 0)
      const moment = page.locator('.moment', { has: page.locator('[data-type]') }).first()
      await moment.evaluate('(element) => { element.open = true }')
      const shown = (): Promise<number> => moment.locator('.picture path.m:visible').count()
      const all = await shown()
      expect(all).toBeGreaterThan(0)
      await moment.locator('[data-type] button').first().click()
      expect(await shown()).toBeLessThan(all)
      await moment.locator('[data-type] button').first().click()
      expect(await shown()).toBe(all)
    })
  })

  it('a jump to an operation lights it without a script', async () => {
    await visit({ javaScriptEnabled: false }, async (page) => {
      const width = (): Promise<unknown> => page.evaluate("getComputedStyle(document.querySelector('#op-A1 .lit-box')).strokeWidth")
      const before = await width()
      await page.locator('#violations a[href="#op-A1"]').click()
      expect(await width()).not.toBe(before)
    })
  })
})

/** Relative luminance as WCAG 2 defines it, of `rgb(1, 2, 3)`. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
    const share = Number(part) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}
