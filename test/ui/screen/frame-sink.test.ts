import { describe, expect, it, vi } from 'vitest'
import { FrameSink, PAINT_MS } from '../../../src/ui/screen/frame-sink.ts'
import type { Size } from '../../../src/ui/terminal.ts'
import { Cells } from '../screen.ts'

function start(size: Size = { columns: 10, rows: 4 }) {
  const cells = new Cells(size)
  const port = {
    size,
    ready: true,
    written: [] as string[],
    write: (text: string) => void port.written.push(text),
    now: () => performance.now(),
  }
  const sink = new FrameSink(port)
  /** Paints what waits, if anything does, then answers the screen. */
  const settle = async (): Promise<readonly string[]> => {
    sink.flush()
    for (const text of port.written.splice(0)) {
      bytes.push(text)
      await new Promise<void>((done) => cells.emulator.write(text, done))
    }
    return cells.rows()
  }
  const bytes: string[] = []
  return { sink, cells, port, settle, bytes }
}

describe('the frame sink', () => {
  it('puts a frame on the screen cell for cell, the last column and the last row included', async () => {
    const { sink, settle } = start()
    sink.write('0123456789\nab\n\nlast row..')
    expect(await settle()).toEqual(['0123456789', 'ab', '', 'last row..'])
  })

  it('writes only the rows that changed', async () => {
    const { sink, settle, bytes } = start()
    sink.write('one\ntwo\nthree\nfour')
    await settle()
    sink.write('one\nTWO\nthree\nfour')
    expect(await settle()).toEqual(['one', 'TWO', 'three', 'four'])
    expect(bytes.at(-1)).toContain('TWO')
    expect(bytes.at(-1)).not.toMatch(/one|three|four/)
  })

  it('a row that became shorter leaves nothing behind, a frame that became shorter neither', async () => {
    const { sink, settle } = start()
    sink.write('0123456789\n0123456789\nx\ny')
    await settle()
    sink.write('01\n\nx')
    expect(await settle()).toEqual(['01', '', 'x'])
  })

  it('nothing is written while nothing changes, and nothing is ever cleared or scrolled', async () => {
    const { sink, settle, bytes } = start()
    sink.write('a\nb\nc\nd')
    await settle()
    sink.write('a\nb\nc\nd')
    await settle()
    expect(bytes).toHaveLength(1)
    expect(bytes.join('')).not.toMatch(/\x1b\[[23]J|\n/)
  })

  it('of many frames in one moment only the newest is painted', async () => {
    const { sink, settle, bytes } = start()
    for (let n = 0; n < 50; n++) sink.write(`frame ${n}`)
    expect(await settle()).toEqual(['frame 49'])
    expect(bytes).toHaveLength(1)
  })

  it('places the cursor where it was told, and hides it when told', async () => {
    const { sink, cells, settle, bytes } = start()
    sink.write('> ab')
    sink.place({ row: 0, column: 3 })
    await settle()
    expect(cells.cursor()).toEqual({ row: 0, column: 3 })
    sink.place({ row: 0, column: 4 })
    await settle()
    expect(cells.cursor()).toEqual({ row: 0, column: 4 })
    // Moving alone does not make it blink.
    expect(bytes.at(-1)).not.toContain('\x1b[?25l')
    sink.place(null)
    await settle()
    expect(bytes.at(-1)).toContain('\x1b[?25l')
  })

  it('paints everything again when the screen was somebody else’s or has another size', async () => {
    const { sink, cells, port, settle } = start()
    sink.write('one\ntwo')
    await settle()
    await new Promise<void>((done) => cells.emulator.write('\x1b[1;1Hrubbish\x1b[4;1Hrubbish', done))
    sink.forget()
    expect(await settle()).toEqual(['one', 'two'])
    cells.emulator.resize(6, 3)
    port.size = { columns: 6, rows: 3 }
    sink.forget()
    sink.write('first\nsecond\nthird\nout of sight')
    expect(await settle()).toEqual(['first', 'second', 'third'])
  })

  it('a terminal that cannot take more gets the newest frame once it can', async () => {
    const { sink, port } = start()
    port.ready = false
    sink.write('old')
    await new Promise((done) => setTimeout(done, 5 * PAINT_MS))
    sink.write('new')
    expect(port.written).toEqual([])
    port.ready = true
    await vi.waitFor(() => expect(port.written).toHaveLength(1), { timeout: 5000, interval: 10 })
    expect(port.written[0]).toContain('new')
    expect(port.written[0]).not.toContain('old')
  })

  it('closed, it paints what waited and then nothing more', async () => {
    const { sink, settle, bytes } = start()
    sink.write('last words')
    sink.close()
    expect(await settle()).toEqual(['last words'])
    sink.write('too late')
    await settle()
    expect(bytes).toHaveLength(1)
  })
})
