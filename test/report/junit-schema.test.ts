/** What CI systems agree on about JUnit files, as a table: elements, their order, their attributes. */
import { describe, expect, it } from 'vitest'
import { toJunit } from '../../src/report/junit.ts'
import { block, check, failedBlock, run, suite } from './example.ts'
import { type Element, parseXml } from './xml.ts'

const COUNT = /^\d+$/
const SECONDS = /^\d+\.\d{3}$/
const ANY = /(?:)/
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/

interface Rule {
  readonly required: Readonly<Record<string, RegExp>>
  readonly optional: Readonly<Record<string, RegExp>>
  /** Children in this order; those with `*` any number of times, others at most once. */
  readonly children: readonly string[]
}

const counts = { tests: COUNT, failures: COUNT, errors: COUNT, skipped: COUNT }
const result: Rule = { required: {}, optional: { type: ANY, message: ANY }, children: [] }
const schema: Readonly<Record<string, Rule>> = {
  testsuites: { required: {}, optional: { ...counts, name: ANY, time: SECONDS }, children: ['testsuite*'] },
  testsuite: {
    required: { name: ANY, tests: COUNT },
    optional: { ...counts, time: /^\d+(?:\.\d+)?$/, timestamp: DATE, file: ANY },
    children: ['properties', 'testcase*', 'system-out', 'system-err'],
  },
  properties: { required: {}, optional: {}, children: ['property*'] },
  property: { required: { name: /./, value: ANY }, optional: {}, children: [] },
  testcase: {
    required: { name: /./, classname: /./ },
    optional: { time: SECONDS, file: ANY, line: COUNT },
    children: ['skipped', 'error', 'failure'],
  },
  skipped: { required: {}, optional: { message: ANY }, children: [] },
  error: result,
  failure: result,
  'system-out': { required: {}, optional: {}, children: [] },
}

/** Everything that is against the table, with its place. */
function problems(element: Element, path = element.name): string[] {
  const rule = schema[element.name]
  if (rule === undefined) return [`${path}: unknown element`]
  const found: string[] = []
  for (const name of Object.keys(rule.required)) if (!(name in element.attributes)) found.push(`${path}: no ${name}`)
  for (const [name, value] of Object.entries(element.attributes)) {
    const pattern = { ...rule.required, ...rule.optional }[name]
    if (pattern === undefined) found.push(`${path}: ${name} is not known`)
    else if (!pattern.test(value)) found.push(`${path}: ${name} is ${value}`)
  }
  let at = 0
  for (const child of element.children) {
    const next = rule.children.findIndex((one, i) => i >= at && one.replace('*', '') === child.name)
    if (next < 0) found.push(`${path}: ${child.name} stands where it may not`)
    else at = rule.children[next]?.endsWith('*') === true ? next : next + 1
    found.push(...problems(child, `${path}/${child.name}`))
  }
  return found
}

const all = run(
  suite({
    cases: [
      block(),
      failedBlock,
      block({ status: 'unknown', why: 'too few' }),
      block({ status: 'environment', why: 'no ports' }),
      block({ status: 'skipped' }),
    ],
    checks: [check(), check({ verdict: 'invalid', passed: false }), check({ verdict: 'unknown' })],
    incidents: [{ time: 1, kind: 'death', text: 'n1 crashed', explained: null }],
  }),
  suite({ mode: 'dynamo', cut: 'time-limit' }),
  suite({ cut: 'interrupted', round: 2 }),
)

describe('JUnit against the common schema', () => {
  it('every kind of outcome is written as the schema has it', () => {
    expect(problems(parseXml(toJunit(all)))).toEqual([])
  })

  it('the counts of each suite and of the whole are those of its cases', () => {
    const root = parseXml(toJunit(all))
    const cases = (element: Element): readonly Element[] => element.children.filter(({ name }) => name === 'testcase')
    const counted = (some: readonly Element[]) => {
      const of = (name: string): string => String(some.filter(({ children }) => children[0]?.name === name).length)
      return { tests: String(some.length), failures: of('failure'), errors: of('error'), skipped: of('skipped') }
    }
    for (const one of root.children) expect(one.attributes).toMatchObject(counted(cases(one)))
    expect(root.attributes).toMatchObject(counted(root.children.flatMap(cases)))
  })

  it('the table notices a strange element, a missing name, a wrong order, a wrong number', () => {
    const wrong =
      '<testsuites><testsuite name="a" tests="x"><system-out></system-out><testcase name="b"/><strange/></testsuite></testsuites>'
    expect(problems(parseXml(wrong))).toEqual([
      'testsuites/testsuite: tests is x',
      'testsuites/testsuite: testcase stands where it may not',
      'testsuites/testsuite/testcase: no classname',
      'testsuites/testsuite: strange stands where it may not',
      'testsuites/testsuite/strange: unknown element',
    ])
  })
})
