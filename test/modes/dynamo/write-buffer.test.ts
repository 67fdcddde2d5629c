import { describe, expect, it } from 'vitest'
import type { House } from '../../../src/modes/dynamo/house.ts'
import { Timers } from '../../../src/modes/dynamo/timers.ts'
import { EMPTY } from '../../../src/modes/dynamo/versions/copy.ts'
import { WriteBuffer } from '../../../src/modes/dynamo/write-buffer.ts'

const FLUSH_US = 100

describe('the write buffer', () => {
  it('writes what comes after the last that waited was forgotten', () => {
    const timers = new Timers()
    const written: string[] = []
    const house = { options: { flushUs: FLUSH_US }, after: (us: number, run: () => void) => timers.after(us, run) }
    const buffer = new WriteBuffer(house as unknown as House, (key) => written.push(key))
    buffer.add('forgotten', EMPTY)
    buffer.forget('forgotten')
    buffer.flush()
    timers.nowUs = 2 * FLUSH_US
    timers.runDue()
    buffer.add('kept', EMPTY)
    timers.nowUs += FLUSH_US
    timers.runDue()
    expect(written).toEqual(['kept'])
    expect(buffer.size).toBe(0)
  })
})
