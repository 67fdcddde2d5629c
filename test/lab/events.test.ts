/** The event file: written while the run goes on, whole lines only, and nothing of it is lost at the end. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { EventStream } from '../../src/lab/events.ts'
import { freshFolder } from './real-lab.ts'

function stream(): { readonly events: EventStream; lines(): readonly string[] } {
  const path = join(freshFolder(), 'events.jsonl')
  let time = 0
  const lines = (): readonly string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1)
  return { events: new EventStream(path, () => ++time), lines }
}

test('what a lab said is in the file soon, though nobody closes it: it may be killed', async () => {
  const { events, lines } = stream()
  events.emit('note', 'one')
  events.emit('tempo', undefined, { ok: 3 })
  while (lines().length < 2) await pause(10)
  expect(lines().map((line) => JSON.parse(line))).toEqual([
    { time: 1, type: 'note', text: 'one' },
    { time: 2, type: 'tempo', ok: 3 },
  ])
  await events.close()
})

test('closing writes the rest, in order, and what a stopping part says afterwards has no reader', async () => {
  const { events, lines } = stream()
  const heard: unknown[] = []
  events.listen(({ n }) => heard.push(n))
  for (let n = 0; n < 20_000; n++) {
    events.emit('note', 'x'.repeat(100), { n })
    if (n % 5_000 === 0) await pause(0)
  }
  const closing = events.close()
  events.emit('note', 'too late')
  await Promise.all([closing, events.close()])
  expect(lines().map((line) => JSON.parse(line).n)).toEqual(Array.from({ length: 20_000 }, (_, n) => n))
  expect(heard).toHaveLength(20_000)
})

test('the lines for people that are remembered are not pushed out by samples', () => {
  const { events } = stream()
  events.emit('note', 'first')
  for (let i = 0; i < 6_000; i++) events.emit('traffic', undefined, { links: [] })
  expect(events.recent().map(({ text }) => text)).toEqual(['first'])
})
