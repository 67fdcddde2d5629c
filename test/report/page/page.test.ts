import { beforeAll, describe, expect, it } from 'vitest'
import { LARGEST_PAGE, pageOfRun } from '../../../src/report/page/fitted.ts'
import { failedBlock, suite } from '../example.ts'
import { chaosRun, longRun, wideViolation } from '../long-run.ts'
import { runFolder, seconds, started } from '../run-of.ts'
import { LAB, wholeRun } from '../whole-run.ts'
import { type Element, parseXml } from '../xml.ts'

/** As a reader of XML sees it: scripts and styles are not markup. */
function parsed(page: string): Element {
  return parseXml(page.replace('<!doctype html>\n', '').replace(/(<(script|style)[^>]*>)[\s\S]*?<\/\2>/g, '$1</$2>'))
}

function* elements(element: Element): Generator<Element> {
  yield element
  for (const child of element.children) yield* elements(child)
}

let folder = ''
let page = ''
beforeAll(async () => {
  folder = wholeRun()
  page = await pageOfRun(folder)
})

describe('the page of a run', () => {
  it('is well formed, each id once, each jump to a place that is there', () => {
    const all = [...elements(parsed(page))]
    const ids = all.flatMap(({ attributes }) => attributes.id ?? [])
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([])
    const jumps = all.flatMap(({ attributes }) => (attributes.href?.startsWith('#') === true ? attributes.href.slice(1) : []))
    expect(jumps.length).toBeGreaterThan(6)
    expect(jumps.filter((jump) => !ids.includes(jump))).toEqual([])
  })

  it('keeps a key that looks like a script as text', () => {
    expect(page.match(/<script/g)).toHaveLength(2)
    expect(page).not.toContain('alert(1)</script>')
    expect(page).toContain('&lt;/script&gt;&lt;script&gt;alert(1)')
    expect(page).toContain('\\u003c/script>')
  })

  it('fetches nothing: no source, no style sheet, no font, no import, no frame', () => {
    const outside = [...elements(parsed(page))].filter(
      ({ name, attributes }) =>
        ['link', 'img', 'iframe', 'object', 'embed', 'image', 'use', 'base', 'form'].includes(name) ||
        ['src', 'srcset', 'action', 'data', 'poster'].some((one) => one in attributes),
    )
    expect(outside).toEqual([])
    expect(page.replace(/xmlns="[^"]*"/g, '')).not.toMatch(/https?:|@import|url\((?!#)|fetch\(|import\(/)
  })

  it('is the same, byte for byte, from the same folder', async () => {
    expect(await pageOfRun(folder)).toBe(page)
  })

  it('says with words what colours say: outcome, health, roles, results of operations', () => {
    for (const words of ['✗</span> failed', '>healthy<', '>leader<', 'n1 leader from', '(ok; asked at', 'dropped: cut', 'read old'])
      expect(page).toContain(words)
  })

  it('lights the operations of a violation up, in the lanes and in the window', () => {
    const ids = [...elements(parsed(page))].filter(({ attributes }) => attributes.class === 'lit').map(({ attributes }) => attributes.id)
    expect(ids).toEqual(['near-linearizable-A1', 'near-linearizable-A2', 'op-A1', 'op-A2', 'moment-2-A1', 'moment-2-A2'])
  })

  it('tells the lab with what came of each block, and which were for another mode', () => {
    for (const words of [
      'A lesson',
      '<em>prose</em>',
      'What?',
      '<strong>yes</strong>',
      '<code class="typed">put city Oslo</code>',
      'for dynamo',
    ])
      expect(page).toContain(words)
  })

  it('every picture has a name, and what scrolls can be reached by key', () => {
    const all = [...elements(parsed(page))]
    const pictures = all.filter(({ name, attributes }) => name === 'svg' && attributes['aria-hidden'] !== 'true')
    expect(pictures.length).toBeGreaterThan(4)
    expect(pictures.filter(({ attributes }) => attributes['aria-label'] === undefined)).toEqual([])
    expect(all.filter(({ attributes }) => attributes.class === 'scroll' && attributes.tabindex !== '0')).toEqual([])
  })
})

describe('runs that are not whole', () => {
  it('a killed run has a page that says so, with the lab and what its blocks came to until then', async () => {
    const killed = runFolder({
      events: [
        started(),
        { time: seconds(1), type: 'block', file: 'a.md', line: 12, heading: 'A lesson', status: 'begun' },
        { time: seconds(1.1), type: 'command', text: 'put city Oslo', author: 'person' },
        {
          time: seconds(1.2),
          type: 'answer',
          command: 'put city Oslo',
          sinceNs: seconds(1.1),
          author: 'person',
          answer: { status: 'ok', text: 'stored' },
        },
      ],
      lab: LAB,
      torn: '{"ti',
    })
    const text = await pageOfRun(killed)
    expect(() => parsed(text)).not.toThrow()
    for (const words of [
      'the run had not ended, or was killed',
      'splitbrain --mode raft --nodes 3 --seed 7',
      'ok stored',
      '1 line of its files was torn',
    ])
      expect(text).toContain(words)
  })

  it('an empty folder still gives a page', async () => {
    expect(() => parsed('')).toThrow()
    const text = await pageOfRun(runFolder({}))
    expect(() => parsed(text)).not.toThrow()
  })

  it('a failed command shows what was expected', async () => {
    const text = await pageOfRun(
      runFolder({ events: [started()], result: { status: 'failed', ...suite({ cases: [{ ...failedBlock, line: 12 }] }) }, lab: LAB }),
    )
    expect(text).toContain('Oslo OR Bergen')
  })
})

describe('a run under load', () => {
  const minutes = longRun(2)

  it('fits into a megabyte, with the whole violation and a word on what is not drawn', async () => {
    const text = await pageOfRun(minutes)
    expect(Buffer.byteLength(text)).toBeLessThan(LARGEST_PAGE)
    expect(text).toMatch(/Drawn: \d+ of \d+ messages/)
    expect(text).toMatch(/\d+ more operations were asked in this time/)
    expect(text).toMatch(/Not shown: \d+ more moments/)
    for (const id of ['op-A1', 'op-A2']) expect(text).toContain(`id="${id}"`)
    expect(text.match(/class="lit" id="moment-/g)).toHaveLength(2)
  })

  it('what would be too large is drawn with less, never with less of the violation', async () => {
    const text = await pageOfRun(minutes, 300_000)
    expect(Buffer.byteLength(text)).toBeLessThan(300_000)
    expect(text.match(/class="lit" id="moment-/g)).toHaveLength(2)
  })
})

describe('no page is too large in silence', () => {
  it('an hour of chaos fits, and says what is not drawn', async () => {
    const text = await pageOfRun(chaosRun())
    expect(Buffer.byteLength(text)).toBeLessThan(LARGEST_PAGE)
    expect(text).toMatch(/1800 faults, 1800 undone; the newest \d+ of 3600/)
    expect(text).toMatch(/Not drawn: \d+ more changes of health and of nodes/)
    expect(text).toMatch(/Not shown: \d+ older lines/)
  })

  it('a violation of 400 operations fits, and says how many of them are not shown', async () => {
    const text = await pageOfRun(wideViolation(400))
    expect(Buffer.byteLength(text)).toBeLessThan(LARGEST_PAGE)
    expect(text).toMatch(/Not shown: \d+ later operations that belong to it/)
    expect(text).toMatch(/more moments, \d+ of them of a violation/)
  })

  it('where nothing more can be left out, it says how large it is', async () => {
    expect(await pageOfRun(folder, 5_000)).toMatch(/This page has 0\.\d MB, more than a page should have/)
  })
})
