import type { HistoryEvent } from '../../src/history/types.ts'
import type { Random } from '../../src/machine/random.ts'

export interface RandomLineageOptions {
  readonly operations: number
  readonly clients: number
  /** Chance that a write ends unknown, that it passes no context, that a read forgets a version, that it shows one it should not. */
  readonly unknown: number
  readonly blind: number
  readonly forgets: number
  readonly keeps: number
  readonly deletes: number
}

interface Stored {
  readonly name: string
  readonly value: string | null
}

/**
 * One key of a store that keeps siblings, as an honest single copy would answer: a write replaces what its context holds. Then, by
 * chance, answers that such a store never gives. Ends with a read.
 */
export function randomLineage(random: Random, options: RandomLineageOptions): HistoryEvent[] {
  const events: HistoryEvent[] = []
  let now: Stored[] = []
  const ever: Stored[] = []
  const held = new Map<string, readonly string[]>()
  const serials = new Map<string, number>()
  const line = (client: string, process: number, event: Pick<HistoryEvent, 'type' | 'f' | 'value'> & Partial<HistoryEvent>) =>
    events.push({ process, key: 'x', client, time: (events.length + 1) * 1e6, ...event })
  let process = 0
  const read = (client: string) => {
    let shown = now.filter(() => !random.chance(options.forgets))
    if (ever.length > 0 && random.chance(options.keeps)) shown = [...shown, random.pick(ever)]
    const seen = [...new Set(shown.map(({ name }) => name))]
    const values = shown.flatMap(({ value }) => (value === null ? [] : [value]))
    line(client, ++process, { type: 'invoke', f: 'get', value: null })
    line(client, process, { type: 'ok', f: 'get', value: values.length > 1 ? values.sort() : (values[0] ?? null), lineage: { seen } })
    held.set(client, seen)
  }
  const write = (client: string) => {
    const serial = (serials.get(client) ?? 0) + 1
    serials.set(client, serial)
    const made = `${client}.${serial}`
    const f = random.chance(options.deletes) ? 'del' : 'put'
    const value = f === 'del' ? null : `v${made}`
    const over = random.chance(options.blind) ? [] : (held.get(client) ?? [])
    line(client, ++process, { type: 'invoke', f, value })
    const unknown = random.chance(options.unknown)
    if (!unknown || random.chance(0.5)) {
      now = [...now.filter(({ name }) => !over.includes(name)), { name: made, value }]
      ever.push({ name: made, value })
    }
    if (unknown && random.chance(0.3)) return
    line(client, process, { type: unknown ? 'info' : 'ok', f, value, lineage: { made, over } })
    if (!unknown) held.set(client, [...over, made])
  }
  for (let count = 0; count < options.operations; count++) {
    const client = `c${random.between(1, options.clients)}`
    if (random.chance(0.5)) read(client)
    else write(client)
  }
  read('c99')
  return events
}
