import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { seeded } from '../../src/machine/random.ts'
import { bundleLab, leftBehind, startLab } from '../cluster/orphans.ts'
import { leftAfter } from './marked.ts'

const ROUNDS = 20

test.runIf(process.platform === 'linux')(
  `${ROUNDS} labs killed at any moment, starts included, leave nothing within two seconds`,
  async () => {
    const program = await bundleLab()
    const random = seeded('orphans')
    let starting = 0
    for (let round = 0; round < ROUNDS; round++) {
      const lab = startLab(program)
      let ready = false
      lab.ready.then(
        () => {
          ready = true
        },
        () => {},
      )
      if (round % 2 === 0) await lab.ready
      await pause(random.between(0, 300))
      if (!ready) starting++
      lab.process.kill('SIGKILL')
      expect(await leftAfter(() => leftBehind(lab).map(String), 2_000), `round ${round}`).toEqual([])
    }
    expect(starting).toBeGreaterThan(0)
  },
)
