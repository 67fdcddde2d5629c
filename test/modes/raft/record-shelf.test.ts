import { expect, test } from 'vitest'
import { seeded } from '../../../src/machine/random.ts'
import { Column } from '../../../src/modes/raft/column.ts'
import { RecordShelf } from '../../../src/modes/raft/record-shelf.ts'

test('a shelf reads what was put on it, whatever was cut between, as an array does', () => {
  const random = seeded('shelf')
  const shelf = new RecordShelf()
  const column = new Column()
  const model: { readonly bytes: Uint8Array; readonly number: number }[] = []
  for (let step = 0; step < 20_000; step++) {
    if (random.chance(0.002)) {
      const length = random.between(0, model.length)
      model.length = length
      shelf.cut(length)
      column.cut(length)
    }
    // Empty, small, just beyond what shares a slab, and larger than one.
    const size = random.pick([
      0,
      random.between(1, 60),
      random.between(1, 60),
      random.between(4_090, 4_100),
      random.between(60_000, 70_000),
    ])
    const bytes = new Uint8Array(random.chance(0.01) ? size : Math.min(size, 60)).fill(step)
    model.push({ bytes: Uint8Array.from(bytes), number: step * 1e6 })
    shelf.push(bytes)
    column.push(step * 1e6)
    // The shelf keeps its own: what is done to the bytes afterwards is nothing to it.
    bytes.fill(0)
  }
  expect(column.length).toBe(model.length)
  for (const [i, { bytes, number }] of model.entries()) {
    if (Buffer.compare(shelf.at(i) ?? new Uint8Array(1), bytes) !== 0) throw new Error(`record ${i} differs`)
    if (column.at(i) !== number) throw new Error(`number ${i} differs`)
  }
  for (const outside of [-1, model.length]) expect([shelf.at(outside), column.at(outside)]).toEqual([undefined, undefined])
})

test('what was cut may still be looked at: nothing is written over it', () => {
  const shelf = new RecordShelf()
  shelf.push(Uint8Array.of(1, 1))
  shelf.push(Uint8Array.of(2, 2))
  const seen = shelf.at(1)
  shelf.cut(1)
  shelf.push(Uint8Array.of(3, 3))
  expect([[...(seen ?? [])], [...(shelf.at(1) ?? [])]]).toEqual([
    [2, 2],
    [3, 3],
  ])
})
