import { expect, test } from 'vitest'
import type { LabHandle } from '../../src/api-types.ts'
import { leftAfter, mark } from './marked.ts'
import { acknowledged, KINDS, metricRow, must, openBuilt, watchEvents } from './soak.ts'

const MINUTES = Number(process.env.SPLITBRAIN_SOAK_MINUTES ?? 10)
/** Each is chaos, the power of all at once, a lost disk, one that joins and one that leaves; then all must have come together. */
const STRETCHES = 5
/** What is no chaos in a stretch, seconds: so much, about, a machine with a load of thirty on its two cores takes for it. */
const BETWEEN_S = 20
const CHAOS_S = Math.max(10, (MINUTES * 60) / STRETCHES - BETWEEN_S)
/** A third of what is asked for; a machine with a load of thirty on its two cores still did nearly all of it. */
const LEAST_ACKNOWLEDGED_A_MINUTE = 2_000
const TOGETHER_S = 120
const MOST_TRIES = 5

test(`${MINUTES} minutes of every fault, members that come and go, and disks that are lost one at a time: nothing lost, and all comes together`, async () => {
  const marked = mark()
  const [name = ''] = Object.keys(marked.env).filter((key) => marked.env[key] !== process.env[key])
  process.env[name] = marked.env[name]
  const lab = await openBuilt({ mode: 'dynamo', nodes: 5, seed: 21 })
  delete process.env[name]
  const seen = watchEvents(lab)
  let resident: readonly number[] = []
  await must(lab, 'load start clients=6 keys=100 rate=100/s mix=put:40,get:40,del:5,append:15 timeout=3s')
  for (let stretch = 1; stretch <= STRETCHES; stretch++) {
    await must(lab, `chaos start faults=${KINDS.join(',')} every=1s hold=3s keep=majority`)
    await must(lab, `wait ${CHAOS_S}s`)
    await must(lab, 'chaos stop')
    await must(lab, `powercut all${stretch % 2 === 0 ? ' torn' : ''}`)
    await must(lab, 'recover')
    await lab.expect(`converged within ${TOGETHER_S}s`)
    // One disk at a time is lost, and only when its keys have their other homes: that is what N = 3 promises.
    const [oldest, youngest] = [`n${stretch}`, `n${stretch + 5}`]
    await must(lab, `wipe ${oldest === 'n1' ? 'n2' : oldest}`)
    await must(lab, `restart last`)
    await must(lab, 'link all | all loss=2% dup=2% reorder=5%')
    await sure(lab, `join ${youngest}`)
    await sure(lab, `leave ${oldest}`)
    await must(lab, 'link clear')
    await lab.expect(`members = 5 within ${TOGETHER_S}s`)
    await lab.expect(`converged within ${TOGETHER_S}s`)
    resident = await metricRow(lab, 'rss-bytes')
    console.log(
      `stretch ${stretch}: ${acknowledged(lab)} acknowledged; resident ${resident.map((bytes) => Math.round(bytes / 1e6)).join(' ')} MB`,
    )
  }
  console.log(await must(lab, 'load stop'))
  await lab.expect('failed = 0')
  for (const expected of ['healthy', 'converged', 'placement']) await lab.expect(`${expected} within ${TOGETHER_S}s`)
  const verdict = await lab.check('nothing-lost')
  console.log(
    `faults: ${KINDS.map((kind) => `${kind} ${seen.confirmed.get(kind) ?? 0}`).join(', ')}; nothing-lost ${verdict.verdict}: ${verdict.why}`,
  )
  for (const line of [...seen.refused, ...seen.stalls]) console.log(line)
  const acked = acknowledged(lab)
  await lab.close()
  const left = await leftAfter(() => [...marked.living().values()], 2_000)

  expect(verdict).toMatchObject({ verdict: 'valid' })
  expect(seen.odd).toEqual([])
  expect(left).toEqual([])
  expect(acked).toBeGreaterThan(MINUTES * LEAST_ACKNOWLEDGED_A_MINUTE)
  for (const kind of KINDS) expect(seen.confirmed.get(kind) ?? 0, `${kind} happened`).toBeGreaterThanOrEqual(MINUTES / 2)
})

/** Over links that lose, the answer may be lost too: what may have happened is asked again, and then refused if it has. */
async function sure(lab: LabHandle, line: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    const answer = await lab.do(line)
    if (answer.status === 'ok' || (tries > 1 && answer.status === 'refused')) return
    if (tries === MOST_TRIES) throw new Error(`${line}: ${answer.status} ${answer.code ?? ''} ${answer.text ?? ''}`)
  }
}
