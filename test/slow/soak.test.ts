import { expect, test } from 'vitest'
import { acknowledged, KINDS, lastIndex, metricRow, must, openBuilt, watchEvents } from './soak.ts'

const MINUTES = Number(process.env.SPLITBRAIN_SOAK_MINUTES ?? 5)
/** What the log of a node may cost in resident memory. */
const MOST_BYTES_AN_ENTRY = 400
/** Two readings of one process differ by as much for no reason but the garbage collector's moods. */
const NOISE_BYTES = 4 * 1024 * 1024
/** Half of what a machine with a load of eleven on its two cores still did; a quiet one does three times as much. */
const LEAST_ACKNOWLEDGED_A_MINUTE = 10_000
/** Enough that a hidden kilobyte an entry would stand far above that. */
const ENTRIES = 60_000
const LIMIT_S = 300

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

test(`${MINUTES} minutes of every fault but wipe, a majority kept`, async () => {
  const lab = await openBuilt({ nodes: 5, seed: 11, settings: { preset: 'fast' } })
  const seen = watchEvents(lab)
  await must(lab, 'load start clients=4 keys=40 rate=600/s mix=put:50,get:30,cas:10,add:10')
  // A process grows until its collector has found its pace, so the first reading comes after a fifth of the time.
  const before = await stretch(MINUTES * 12)
  const after = await stretch(MINUTES * 48)
  console.log(await must(lab, 'load stop'))
  const acked = acknowledged(lab)
  const entries = after.entries - before.entries
  const growth = after.rss.map((bytes, i) => bytes - (before.rss[i] ?? 0))
  console.log(
    `${acked} acknowledged, ${entries} entries; growth ${growth.map((bytes) => (bytes / entries).toFixed(0)).join(' ')} bytes an entry`,
  )
  console.log(`faults: ${KINDS.map((kind) => `${kind} ${seen.confirmed.get(kind) ?? 0}`).join(', ')}`)
  for (const line of [...seen.refused, ...seen.stalls]) console.log(line)
  for (const name of ['linearizable', 'nothing-lost']) expect(await lab.check(name)).toMatchObject({ verdict: 'valid' })
  expect(seen.odd).toEqual([])
  expect(acked).toBeGreaterThan(MINUTES * LEAST_ACKNOWLEDGED_A_MINUTE)
  for (const kind of KINDS) expect(seen.confirmed.get(kind) ?? 0, `${kind} happened`).toBeGreaterThanOrEqual(MINUTES)
  for (const bytes of growth) expect(bytes).toBeLessThan(entries * MOST_BYTES_AN_ENTRY + NOISE_BYTES)

  /** Chaos for this long, then what a calm cluster holds. */
  async function stretch(seconds: number): Promise<{ readonly rss: readonly number[]; readonly entries: number }> {
    await must(lab, `chaos start faults=${KINDS.join(',')} every=1s hold=3s keep=majority`)
    await must(lab, `wait ${seconds}s`)
    await must(lab, 'chaos stop')
    await must(lab, 'recover')
    await must(lab, 'wait 5s')
    return { rss: await metricRow(lab, 'rss-bytes'), entries: await lastIndex(lab) }
  }
})

test(`${ENTRIES} entries cost a node at most ${MOST_BYTES_AN_ENTRY} bytes each`, async () => {
  const lab = await openBuilt({ nodes: 3, seed: 13, settings: { preset: 'fast' } })
  await must(lab, 'load start clients=48 keys=500 rate=max mix=put:100 timeout=10s')
  const before = await reach(ENTRIES / 3)
  const after = await reach(before.entries + ENTRIES)
  const entries = after.entries - before.entries
  const growth = after.rss.map((bytes, i) => bytes - (before.rss[i] ?? 0))
  console.log(`${entries} entries; ${growth.map((bytes) => (bytes / entries).toFixed(0)).join(' ')} bytes an entry`)
  expect(entries).toBeGreaterThan(ENTRIES / 3)
  expect(mean(growth)).toBeLessThan(entries * MOST_BYTES_AN_ENTRY)

  /** Waits for that many entries, on a slow machine for less. */
  async function reach(wanted: number): Promise<{ readonly rss: readonly number[]; readonly entries: number }> {
    for (let seconds = 0; seconds < LIMIT_S / 2 && (await lastIndex(lab)) < wanted; seconds++) await must(lab, 'wait 1s')
    return { rss: await metricRow(lab, 'rss-bytes'), entries: await lastIndex(lab) }
  }
})

test('two minutes of chaos that keeps no majority, with the power of all nodes cut again and again: what was acknowledged stays', async () => {
  const lab = await openBuilt({ nodes: 5, seed: 12, settings: { preset: 'fast', sync: 'always' } })
  const seen = watchEvents(lab)
  await must(lab, 'load start clients=4 keys=40 rate=300/s mix=put:50,get:30,cas:10,add:10 timeout=2s')
  let blackouts = 0
  for (let round = 0; round < 10; round++) {
    await must(lab, `chaos start faults=${KINDS.join(',')} every=1s hold=2s keep=none`)
    await must(lab, 'wait 8s')
    // Whoever lives; chaos goes on meanwhile.
    if ((await lab.do(`powercut all${round % 2 === 0 ? ' torn' : ''}`)).status === 'ok') blackouts++
    await must(lab, 'wait 500ms')
    await must(lab, 'chaos stop')
    await must(lab, 'recover')
    await must(lab, 'wait 1s')
  }
  console.log(await must(lab, 'load stop'))
  console.log(`faults: ${KINDS.map((kind) => `${kind} ${seen.confirmed.get(kind) ?? 0}`).join(', ')}, all power ${blackouts}`)
  for (const line of [...seen.refused, ...seen.stalls]) console.log(line)
  for (const name of ['linearizable', 'nothing-lost']) expect(await lab.check(name)).toMatchObject({ verdict: 'valid' })
  expect(seen.odd).toEqual([])
  expect(blackouts).toBe(10)
  expect(acknowledged(lab)).toBeGreaterThan(LEAST_ACKNOWLEDGED_A_MINUTE / 2)
})
