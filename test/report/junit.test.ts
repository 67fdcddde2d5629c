import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toJunit } from '../../src/report/junit.ts'
import type { SuiteResult } from '../../src/report/result.ts'
import { block, check, failedBlock, run, suite } from './example.ts'
import { type Element, parseXml } from './xml.ts'

function only(...suites: readonly SuiteResult[]): Element {
  const found = parseXml(toJunit(run(...suites))).children[0]
  if (found === undefined) throw new Error('no testsuite')
  return found
}

const cases = (element: Element): readonly Element[] => element.children.filter((child) => child.name === 'testcase')
const outcome = (element: Element | undefined): readonly string[] =>
  (element?.children ?? []).map((child) => `${child.name} ${child.attributes.type ?? ''}`)

describe('the mapping of LANGUAGE §5', () => {
  const element = only(
    suite({
      cases: [
        block(),
        failedBlock,
        block({ status: 'unknown', why: 'too few operations' }),
        block({ status: 'environment', why: 'no ports' }),
        block({ status: 'skipped' }),
      ],
      checks: [check(), check({ name: 'nothing-lost', verdict: 'unknown', why: 'out of time' })],
    }),
  )

  it('fail, unknown, environment and not run each have their own element', () => {
    expect(cases(element).map(outcome)).toEqual([
      [],
      ['failure failed'],
      ['failure unknown'],
      ['error environment'],
      ['skipped '],
      [],
      ['failure unknown'],
    ])
  })

  it('the counts are those of the cases', () => {
    expect(element.attributes).toMatchObject({ tests: '7', failures: '3', errors: '1', skipped: '1', time: '9.100' })
  })

  it('a failure tells command, expected, actual, events, stall and how to see it again', () => {
    const failure = cases(element)[1]?.children[0]
    expect(failure?.attributes.message).toBe('get city: none')
    expect(failure?.text.split('\n')).toEqual([
      'command   get city',
      'expected  Oslo OR Bergen',
      'actual    none',
      'the machine stalled 900 ms (lab, +1.100s)',
      'last events',
      '  # +1.204s n5 became leader, term 5',
      'again     splitbrain run labs/raft.md --seed 7',
    ])
  })

  it('file, line, seed and settings are there for who has to find it', () => {
    expect(cases(element)[1]?.attributes).toMatchObject({ file: 'labs/raft.md', line: '20', name: 'The logs grow' })
    const properties = element.children.find((child) => child.name === 'properties')?.children.map((one) => one.attributes)
    expect(properties).toContainEqual({ name: 'seed', value: '7' })
    expect(properties).toContainEqual({ name: 'preset', value: 'paper' })
  })

  it('a death or finding that nothing explains is a failure of its own', () => {
    const finding = { time: 1_000_000, kind: 'finding', text: 'FINDING unhealthy', explained: null } as const
    const last = cases(only(suite({ incidents: [finding, { ...finding, explained: 'set election' }] }))).slice(2)
    expect(last.map(outcome)).toEqual([['failure finding']])
    expect(last[0]?.attributes.name).toBe('no worse than the faults allow')
  })

  it('a time limit and an interruption are never green', () => {
    expect(
      cases(only(suite({ cut: 'time-limit' })))
        .map(outcome)
        .at(-1),
    ).toEqual(['failure time-limit'])
    expect(
      cases(only(suite({ cut: 'interrupted' })))
        .map(outcome)
        .at(-1),
    ).toEqual(['error interrupted'])
  })
})

describe('any text gives well-formed XML', () => {
  it('control characters go, everything else comes back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const command = { line: 1, command: text, passed: false, expected: text, actual: text, lateMs: 0, ms: 1 }
        const element = only(suite({ title: text, cases: [block({ status: 'failed', heading: text, why: text, commands: [command] })] }))
        // Carriage returns aside, which any XML reader may turn into line feeds.
        const kept = text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]/g, '')
        expect(cases(element)[0]?.attributes.name).toBe(kept)
      }),
    )
  })

  it('half a surrogate pair goes', () => {
    expect(cases(only(suite({ cases: [block({ heading: 'a\ud800b' })] })))[0]?.attributes.name).toBe('ab')
  })

  it('the little checker notices what is broken', () => {
    for (const broken of ['<a>', '<a></b>', '<a b="&x;"/>', '<a>&</a>', '<a b="1" b="2"/>', '<a/><b/>', '<a>\x01</a>']) {
      expect(() => parseXml(broken)).toThrow()
    }
  })
})
