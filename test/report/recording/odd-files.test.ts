/** Files that another program wrote, or a hand, are passed over line by line: none of them may keep a page from being made. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pageOfRun } from '../../../src/report/page/fitted.ts'
import { readKeptResult } from '../../../src/report/recording/kept-result.ts'
import { readRecording } from '../../../src/report/recording/recording.ts'
import { block, check, suite } from '../example.ts'
import { operation, runFolder, started } from '../run-of.ts'

const kept = { format: 1, kind: 'lab', status: 'passed', version: '0.1.0', node: 'v20', platform: 'linux x64', ...suite() }
const whole = JSON.parse(
  JSON.stringify({
    ...kept,
    checks: [check({ verdict: 'invalid', witness: operation(1, 2) as never, rows: [['a', 'b']], key: 'x' })],
    stalls: [{ time: 1, ms: 2, where: 'lab' }],
    incidents: [{ time: 1, kind: 'death', text: 'n1', explained: null }],
    hostLoss: [{ where: 'shim', datagrams: 1 }],
    verdicts: [{ name: 'linearizable', verdict: 'valid' }],
    earlier: ['/runs/1'],
  }),
)

const odd = {
  'no check': { checks: [null] },
  'a check without a witness': { checks: [{ ...check(), witness: undefined }] },
  'a witness of nobody': { checks: [check({ witness: [null] as never })] },
  'a witness whose client is a number': { checks: [check({ witness: [{ ...operation(1, 2)[0], client: 5 }] as never })] },
  'a table of anything': { checks: [check({ rows: [null] as never })] },
  'no case': { cases: [null] },
  'a case without commands': { cases: [{ ...block(), commands: undefined }] },
  'a command without an answer': { cases: [block({ commands: [{ line: 1 }] as never })] },
  'an incident without a text': { incidents: [{ time: 1, kind: 'death' }] },
  'no stall': { stalls: [7] },
  'no clusters before': { earlier: [null] },
  'no count': { operations: {} },
  'a setting that is an object': { settings: { preset: {} } },
}

describe('a result of another make is taken for none, and the page is made', () => {
  it('as the runner writes it, it is taken', () => {
    expect([kept, whole].map((one) => readKeptResult(JSON.stringify(one))?.status)).toEqual(['passed', 'passed'])
  })

  it.each(Object.entries(odd))('%s', async (_, changed) => {
    const folder = runFolder({ events: [started()], result: { ...kept, ...changed } })
    expect((await readRecording(folder)).result).toBeNull()
    expect(await pageOfRun(folder)).toContain('no result')
  })

  it('whatever stands in whatever place of it', () => {
    const paths = pathsIn(whole)
    const value = fc.constantFrom<unknown>(null, 5, 'x', [], {}, [null], [5], true)
    fc.assert(
      fc.property(fc.constantFrom(...paths), value, (path, given) => {
        const changed = structuredClone(whole)
        const holder = path.slice(0, -1).reduce<Record<string, unknown>>((at, step) => at[step] as Record<string, unknown>, changed)
        holder[path.at(-1) ?? ''] = given
        const taken = readKeptResult(JSON.stringify(changed))
        // What is taken has whatever a page walks through.
        for (const { witness, rows } of taken?.checks ?? [])
          expect([...witness, ...(rows ?? []).flat()].includes(null as never)).toBe(false)
        for (const { commands } of taken?.cases ?? []) for (const { actual } of commands) expect(typeof actual).toBe('string')
      }),
    )
  })
})

it('a line of the history whose client, key or node is no text is passed over', async () => {
  const [invoke = {}, ok = {}] = operation(1, 2)
  const history = [
    { ...invoke, client: 5 },
    { ...ok, client: 5 },
    { ...invoke, process: 2, key: {} },
    { ...invoke, process: 3 },
    { ...ok, process: 3, node: [] },
    { ...ok, process: 3 },
  ]
  const folder = runFolder({ events: [started()], history })
  const { clients } = await readRecording(folder)
  expect(clients.map(({ client, counts }) => [client, counts.ok])).toEqual([['c1', 1]])
  expect(await pageOfRun(folder)).toContain('c1')
})

/** To everything in it, fields and items. */
function pathsIn(value: unknown, before: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => [[...before, name], ...pathsIn(inner, [...before, name])])
}
