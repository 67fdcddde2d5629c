import { describe, expect, test } from 'vitest'
import { type Choice, Workload, type WorkloadOptions } from '../../src/client/workload.ts'

const base: WorkloadOptions = { client: 'l1', keys: 3, mix: { put: 40, get: 50, cas: 10 }, seed: '7', epoch: 1 }

function choices(count: number, options: Partial<WorkloadOptions> = {}): Choice[] {
  const workload = new Workload({ ...base, ...options })
  return Array.from({ length: count }, () => workload.next())
}

function written({ f, value }: Choice): string[] {
  if (f === 'cas') return value === null || typeof value === 'string' ? [] : [value[1] ?? '']
  return (f === 'put' || f === 'append') && typeof value === 'string' ? [value] : []
}

test('no value is written twice, by any client, in any load of a run', () => {
  const mix = { put: 1, cas: 1, append: 1 }
  const all = ['l1', 'l2', 'l11'].flatMap((client) => [1, 2, 11].flatMap((epoch) => choices(500, { client, epoch, mix })))
  const values = all.flatMap(written)
  expect(new Set(values).size).toBe(values.length)
  expect(values.length).toBe(4_500)
})

test('the same seed asks the same things, another client others', () => {
  expect(choices(50)).toEqual(choices(50))
  expect(choices(50, { client: 'l2' }).map(({ key }) => key)).not.toEqual(choices(50).map(({ key }) => key))
})

test('the mix is kept, and every key is used', () => {
  const all = choices(5_000)
  const share = (f: string): number => all.filter((choice) => choice.f === f).length / all.length
  expect(share('put')).toBeCloseTo(0.4, 1)
  expect(share('get')).toBeCloseTo(0.5, 1)
  expect(share('cas')).toBeCloseTo(0.1, 1)
  expect([...new Set(all.map(({ key }) => key))].sort()).toEqual(['k1', 'k2', 'k3'])
})

test('numbers, lists and text live under keys of their own, and all are read', () => {
  const all = choices(3_000, { mix: { put: 1, add: 1, append: 1, get: 3 } })
  const families = (f: string): string[] => [...new Set(all.filter((c) => c.f === f).map(({ key }) => key.replace(/\d.*$/, '')))].sort()
  expect(families('add')).toEqual(['sum'])
  expect(families('append')).toEqual(['list'])
  expect(families('get')).toEqual(['k', 'list', 'sum'])
})

describe('a cas starts from', () => {
  const only = (): Workload => new Workload({ ...base, keys: 1, mix: { cas: 1 } })
  const old = (choice: Choice): unknown => (Array.isArray(choice.value) ? choice.value[0] : undefined)

  test('absence, then the value it wrote', () => {
    const workload = only()
    const first = workload.next()
    expect(old(first)).toBeNull()
    workload.learn(first, { id: 1, outcome: 'ok', attempts: 1 })
    expect(old(workload.next())).toBe(written(first)[0])
  })

  test('what it met when it was refused', () => {
    const workload = only()
    workload.learn(workload.next(), { id: 1, outcome: 'fail', code: 'conflict', was: 'theirs', attempts: 1 })
    expect(old(workload.next())).toBe('theirs')
  })

  test('not from a write whose outcome is unknown', () => {
    const workload = only()
    workload.learn(workload.next(), { id: 1, outcome: 'info', code: 'timeout', attempts: 1 })
    expect(old(workload.next())).toBeNull()
  })
})
