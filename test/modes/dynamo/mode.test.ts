import { describe, expect, it } from 'vitest'
import { PROBE_KEY } from '../../../src/machine/ids.ts'
import { planOf } from '../../../src/modes/dynamo/client-plan.ts'
import { dynamo } from '../../../src/modes/dynamo/dynamo.ts'
import { readOptions } from '../../../src/modes/dynamo/settings.ts'
import { findMode } from '../../../src/modes/registry.ts'
import { DynamoCluster } from './harness.ts'

const DEFAULTS = Object.fromEntries(dynamo.settings.map(({ name, fallback }) => [name, fallback]))
const VALUES: Readonly<Record<string, string | null>> = { put: 'v', append: 'v' }

describe('the mode', () => {
  it('is in the registry, and all its words parse', () => {
    expect(findMode('dynamo')).toBe(dynamo)
    expect(() => readOptions(DEFAULTS)).not.toThrow()
    for (const preset of Object.values(dynamo.presets)) expect(() => readOptions({ ...DEFAULTS, ...preset })).not.toThrow()
    expect(dynamo.refuse?.({ ...DEFAULTS, n: '7' }, 5)).toBe('n=7 keeps each key on 7 nodes, and 5 are too few')
    expect(dynamo.refuse?.(DEFAULTS, 5)).toBeNull()
  })

  it('a client takes every option that the language offers, and no other', () => {
    const options: Readonly<Record<string, string>> = { r: '1', w: '1', quorum: 'strict', blind: '', context: 'garbage' }
    for (const f of ['put', 'get', 'del', 'append', 'resolve']) {
      for (const [name, value] of Object.entries(options)) {
        const offered = dynamo.dataOptions?.some((spec) => spec.name === name && spec.operations.includes(f)) === true
        const operation = { id: 1, f, key: 'k', value: VALUES[f] ?? null, timeoutUs: 1, options: { [name]: value } }
        const plan = planOf(operation, readOptions(DEFAULTS))
        const unknown = plan.kind === 'refused' && /takes no option/.test(plan.why)
        expect(unknown, `${f} ${name}`).toBe(!offered)
      }
    }
  })

  it('the probe asks about keys that nobody can write, and goes all around the ring', () => {
    const keys = Array.from({ length: 1_000 }, (_, turn) => dynamo.probeKey?.(turn, DEFAULTS) ?? '')
    expect(keys.every((key) => key.startsWith(PROBE_KEY))).toBe(true)
    const ring = new DynamoCluster().ring()
    const asked = new Set(keys.map((key) => ring.partitionOf(key)))
    expect(asked.size).toBeGreaterThan(ring.partitions * 0.9)
  })

  it('a balancer stands in front where the servers coordinate', () => {
    expect(dynamo.helpers?.(DEFAULTS)).toEqual([])
    expect(dynamo.helpers?.({ ...DEFAULTS, coordination: 'server' })).toEqual(['b0'])
  })
})
