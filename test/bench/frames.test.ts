/** The bench reads what the frame sink writes: were the two to part, figures would be of nothing. */
import { describe, expect, it } from 'vitest'
import { FrameReader } from '../../bench/frames.ts'
import { benchScreen } from '../../bench/screen.ts'
import { FrameSink } from '../../src/ui/screen/frame-sink.ts'
import { Cells } from '../ui/screen.ts'

const frame = (body: string): string => `\x1b[?2026h${body}\x1b[?2026l`

function read(...pieces: readonly string[]): FrameReader {
  const reader = new FrameReader()
  for (const piece of pieces) reader.feed(piece)
  return reader
}

describe('the frame reader', () => {
  it('sees the rows that a terminal shows of what the frame sink wrote, and as many frames as it wrote', async () => {
    const size = { columns: 20, rows: 4 }
    const written: string[] = []
    let nowMs = 0
    const sink = new FrameSink({ size, ready: true, write: (text) => written.push(text), now: () => nowMs })
    for (const rows of [
      ['\x1b[32m● healthy\x1b[39m', '', '❯ '],
      ['\x1b[32m● healthy\x1b[39m', 'n1 dead', '❯ k'],
      ['◐ degraded', 'n1 dead', '❯ ki'],
      ['◐ degraded', '', '❯ kil'],
    ]) {
      nowMs += 1000
      sink.write(rows.join('\n'))
      sink.place({ row: 2, column: 2 })
      sink.flush()
    }
    sink.close()
    const cells = new Cells(size)
    await new Promise<void>((resolve) => cells.emulator.write(written.join(''), resolve))
    const reader = read(...written)
    expect(reader.text().split('\n')).toEqual(cells.rows())
    expect(cells.rows()).toEqual(['◐ degraded', '', '❯ kil'])
    const sizes = written.map((text) => Buffer.byteLength(text))
    expect(reader.counts).toEqual({
      frames: 4,
      frameBytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
      largestFrame: Math.max(...sizes),
      clears: 0,
    })
  })

  it('says the same however the bytes were cut on their way', () => {
    const text = `\x1b[?1049h${frame('\x1b[1;1H\x1b[Kone')}${frame('\x1b[2J\x1b[2;1H\x1b[Ktwo')}\x1b[2J`
    const [whole, cut] = [read(text), read(...text)]
    expect(cut.text()).toBe('one\ntwo')
    expect(cut.text()).toBe(whole.text())
    expect(cut.counts).toEqual(whole.counts)
    expect(cut.counts).toMatchObject({ frames: 2, clears: 2 })
  })

  it.each(['\x1b[2J', '\x1b[3J', '\x1b[H\x1b[J', '\x1b[1;1H\x1b[0J', '\x1b[H\x1b[0m\x1b[J', '\x1bc'])(
    'counts %j as a clear, within a frame and between two',
    (clear) => {
      expect(read(frame('x'), frame(`${clear}y`), clear, frame('z')).counts.clears).toBe(2)
    },
  )

  it('counts no clear before or in the first frame, nor what erases a line or below a row', () => {
    expect(read('\x1b[2J', frame('\x1b[2Jx'), frame('\x1b[4;1H\x1b[J\x1b[12;1H\x1b[K'), '\x1b[5;1H\x1b[J').counts.clears).toBe(0)
  })

  it('takes the end that gives the terminal back for no frame', () => {
    expect(read(frame('x'), '\x1b[?2026l\x1b[?2004l').counts.frames).toBe(1)
  })
})

it('the screen bench is one plain line where nothing makes a terminal', async () => {
  const lines: string[] = []
  await benchScreen((line) => lines.push(line), { script: 'no-such-script-program' })
  expect(lines).toEqual(['screen    skipped: script of util-linux is not on this machine'])
})
