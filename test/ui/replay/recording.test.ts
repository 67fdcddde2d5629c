/** A recorded run is where its events left it, wherever one came from. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { emptyScene, reduceScene, type Scene, startingNode } from '../../../src/stream/scene.ts'
import { eventOf } from '../../../src/ui/replay/event-line.ts'
import { openRecording } from '../../../src/ui/replay/recording.ts'

const FIXTURE = join(import.meta.dirname, 'stale-read.jsonl')
const lines = readFileSync(FIXTURE, 'utf8').trimEnd().split('\n')
const events = lines.map(eventOf).filter((event) => event !== null)
const folder = mkdtempSync(join(tmpdir(), 'splitbrain-replay-'))
/** Before the run says what it is. */
const opening = { mode: 'raft', nodes: ['n1', 'n2', 'n3'].map(startingNode) }
/** Small stretches, and few places: every way of the walk is taken within a small file. */
const SMALL = { spacing: 900, places: 7, waypoint: 3 }

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function sceneAt(ns: number): Scene {
  let scene = emptyScene('', [])
  for (const event of events) {
    if (event.time > ns) break
    scene = reduceScene(scene, event)
  }
  return { ...scene, ...(scene.mode === '' ? opening : {}), nowNs: ns }
}

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('a recorded run', () => {
  it('is at any moment what the events up to it come to, from wherever one jumps', async () => {
    const recording = await openRecording(FIXTURE, () => {}, SMALL)
    const { nowNs } = recording.end
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: nowNs }), { minLength: 1, maxLength: 12 }), (cursors) => {
        for (const cursor of cursors) {
          recording.seek(cursor)
          expect(recording.scene).toEqual(sceneAt(cursor))
        }
      }),
      { numRuns: 60 },
    )
    recording.close()
  })

  it('steps through every event and back again', async () => {
    const recording = await openRecording(FIXTURE, () => {}, SMALL)
    const times = [...new Set(events.map(({ time }) => time))].sort((a, b) => a - b)
    for (const time of [...times, ...times.toReversed()]) {
      recording.seek(time)
      expect(recording.scene).toEqual(sceneAt(time))
      recording.seek(time - 1)
      expect(recording.scene).toEqual(sceneAt(time - 1))
    }
    recording.close()
  })

  it('does not go beyond its beginning and its end', async () => {
    const recording = await openRecording(FIXTURE)
    recording.seek(Number.MAX_SAFE_INTEGER)
    expect(recording.scene).toEqual(recording.end)
    recording.seek(-5)
    expect(recording.scene).toEqual(emptyScene('raft', ['n1', 'n2', 'n3']))
    recording.close()
  })

  it('of a crashed run leaves out the torn last line, of a strange one what is no event, and says how many', async () => {
    const whole = lines.slice(0, 30).join('\n')
    const strange = ['', 'no json', '[]', '{"type":"node"}', '{"time":1e9,"type":"faces"}', `${lines[30]?.slice(0, 40)}`].join('\n')
    const [torn, sound] = [await openRecording(file('torn', whole + strange)), await openRecording(file('sound', whole))]
    expect(torn.end).toEqual(sound.end)
    expect(torn.left).toEqual({ lines: 5, landmarks: 0 })
    torn.seek(torn.end.nowNs)
    expect(torn.scene).toEqual(sound.end)
    torn.close()
    sound.close()
  })

  it('has a last line without an end, and an empty file has nothing', async () => {
    const recording = await openRecording(file('unended', lines.join('\n')))
    expect(recording.left.lines).toBe(0)
    expect(recording.end).toEqual(sceneAt(recording.end.nowNs))
    recording.close()
    const empty = await openRecording(file('empty', ''))
    empty.seek(1e9)
    expect(empty.scene).toEqual(emptyScene('', []))
    empty.close()
  })

  it('of a run that still goes on is what was there when it was opened', async () => {
    const path = join(folder, 'growing')
    copyFileSync(FIXTURE, path)
    const recording = await openRecording(path)
    const { end } = recording
    writeFileSync(path, `${readFileSync(FIXTURE, 'utf8')}{"time":9e12,"type":"note","text":"later"}\n`)
    recording.seek(9e12)
    expect(recording.scene).toEqual(end)
    recording.close()
  })

  it('a line longer than any event is left out, and what stands behind it is not', async () => {
    const long = `{"time":1,"type":"note","text":"${'x'.repeat(8_000_001)}"}`
    const recording = await openRecording(file('long', `${lines[0]}\n${long}\n${lines[1]}\n`))
    expect(recording.left.lines).toBe(1)
    expect(recording.end.nowNs).toBe(events[1]?.time)
    recording.close()
  })
})
