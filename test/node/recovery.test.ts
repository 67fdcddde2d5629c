import { describe, expect, it } from 'vitest'
import { encodeBatch, encodeMark } from '../../src/node/log-format.ts'
import { DamagedStream, recoverStream } from '../../src/node/recovery.ts'
import { crc32, text } from './support.ts'

const BATCHES = [['one', 'two'], ['three'], ['', 'four', 'five']]

function stream(batches: readonly (readonly string[])[] = BATCHES): { bytes: Uint8Array; ends: number[] } {
  const parts: Uint8Array[] = []
  const ends: number[] = []
  let end = 0
  let crc = 0
  for (const batch of batches) {
    const encoded = encodeBatch(batch.map(text), end, crc, crc32)
    parts.push(encoded.bytes)
    crc = encoded.crc
    end += encoded.bytes.length
    ends.push(end)
  }
  return { bytes: Uint8Array.from(Buffer.concat(parts)), ends }
}

function recover(bytes: Uint8Array, mark: number | null): { records: string[]; length: number; tornBytes: number } | { damaged: number } {
  try {
    const { records, length, tornBytes } = recoverStream('log', { bytes, mark: mark === null ? null : encodeMark(mark, crc32) }, crc32)
    return { records: records.map((record) => new TextDecoder().decode(record)), length, tornBytes }
  } catch (error) {
    if (error instanceof DamagedStream) return { damaged: error.offset }
    throw error
  }
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return copy
}

const { bytes, ends } = stream()
const [first = 0, second = 0, third = 0] = ends

describe('a stream after a crash', () => {
  it('gives every record back, in order', () => {
    expect(recover(bytes, third)).toEqual({ records: BATCHES.flat(), length: third, tornBytes: 0 })
    expect(recover(new Uint8Array(), null)).toEqual({ records: [], length: 0, tornBytes: 0 })
  })

  it('cut at every byte above the mark, loses exactly the batch that is not whole (torn tail)', () => {
    for (let cut = first; cut <= third; cut++) {
      const whole = ends.filter((end) => end <= cut)
      const length = whole.at(-1) ?? 0
      expect(recover(bytes.subarray(0, cut), first)).toEqual({
        records: BATCHES.slice(0, whole.length).flat(),
        length,
        tornBytes: cut - length,
      })
    }
  })

  it('cut at every byte below the mark, is damage: what was promised is missing', () => {
    for (let cut = 0; cut < third; cut++) {
      const start = [0, ...ends].filter((end) => end <= cut).at(-1)
      expect(recover(bytes.subarray(0, cut), third), `cut at ${cut}`).toEqual({ damaged: start })
    }
  })

  it('cut anywhere without a mark, takes the last batch for torn', () => {
    for (let cut = 0; cut <= third; cut++) expect(recover(bytes.subarray(0, cut), null)).toHaveProperty('length')
  })

  it('with any bit flipped below the mark, refuses and names the batch', () => {
    for (let bit = 0; bit < third * 8; bit++) {
      const start = [0, ...ends].filter((end) => end * 8 <= bit).at(-1)
      expect(recover(flipped(bytes, bit), third), `bit ${bit}`).toEqual({ damaged: start })
    }
  })

  it('with any bit flipped in the last batch above the mark, cuts that batch and nothing else', () => {
    for (let bit = second * 8; bit < third * 8; bit++) {
      expect(recover(flipped(bytes, bit), second), `bit ${bit}`).toEqual({
        records: BATCHES.slice(0, 2).flat(),
        length: second,
        tornBytes: third - second,
      })
    }
  })

  it('with any bit flipped before an intact batch, refuses though no mark covers it: a torn write is the last one', () => {
    for (const mark of [null, 0, first]) {
      for (let bit = first * 8; bit < second * 8; bit++)
        expect(recover(flipped(bytes, bit), mark), `bit ${bit}`).toEqual({ damaged: first })
    }
  })

  it('with zeros or garbage after the last batch, cuts them', () => {
    const garbage = Uint8Array.from({ length: 100 }, (_, i) => (i * 37) & 0xff)
    for (const tail of [new Uint8Array(64), garbage, bytes.subarray(0, first)]) {
      const longer = Uint8Array.from(Buffer.concat([bytes, tail]))
      expect(recover(longer, third)).toEqual({ records: BATCHES.flat(), length: third, tornBytes: tail.length })
    }
  })

  it('is not misled by a record that holds the bytes of a batch', () => {
    const inner = encodeBatch([text('inner')], 0, 0, crc32).bytes
    const outer = encodeBatch([inner], 0, 0, crc32).bytes
    expect(recover(outer.subarray(0, outer.length - 1), 0)).toEqual({ records: [], length: 0, tornBytes: outer.length - 1 })
  })

  it('with a batch that is whole but does not follow its predecessor, refuses', () => {
    const stranger = encodeBatch([text('stranger')], third, 12345, crc32).bytes
    expect(recover(Uint8Array.from(Buffer.concat([bytes, stranger])), third)).toEqual({ damaged: third })
  })

  it('takes an unreadable mark for none', () => {
    const broken = flipped(encodeMark(third, crc32), 3)
    const torn = bytes.subarray(0, third - 1)
    expect(recoverStream('log', { bytes: torn, mark: broken }, crc32).length).toBe(second)
    expect(recoverStream('log', { bytes: torn, mark: new Uint8Array(5) }, crc32).length).toBe(second)
  })

  it('says which stream is damaged, where, and why', () => {
    const error = (() => {
      try {
        return recoverStream('bulk', { bytes: flipped(bytes, (first + 30) * 8), mark: encodeMark(third, crc32) }, crc32)
      } catch (thrown) {
        return thrown
      }
    })()
    expect(error).toMatchObject({ code: 'damaged', stream: 'bulk', offset: first })
    expect(String(error)).toContain(`bulk is damaged at byte ${first}: the checksum does not match, below the synced length ${third}`)
  })
})
