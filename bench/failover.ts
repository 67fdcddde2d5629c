/** Leader killed to first write answered, one client with the shipped retries: fast preset and default. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLabFor } from '../src/lab/open.ts'
import { spread } from './statistics.ts'

const ROUNDS = 20

export async function benchFailover(print: (line: string) => void): Promise<void> {
  for (const preset of ['fast', 'default'])
    print(`failover  ${preset.padEnd(8)} leader killed to first write answered: ${spread(await failovers(preset))}`)
}

async function failovers(preset: string): Promise<number[]> {
  const baseDir = mkdtempSync(join(tmpdir(), 'splitbrain-bench-'))
  const lab = await openLabFor({ settings: { preset }, baseDir })
  const samples: number[] = []
  try {
    for (let round = 0; round < ROUNDS; round++) {
      await must(lab, 'expect healthy within 15s')
      await must(lab, `put city before-${round} timeout=10s`)
      const killedMs = performance.now()
      await must(lab, 'kill leader')
      await must(lab, `put city after-${round} timeout=10s`)
      samples.push(performance.now() - killedMs)
      await must(lab, 'restart last')
    }
  } finally {
    await lab.close()
    rmSync(baseDir, { recursive: true, force: true })
  }
  return samples
}

async function must(lab: Awaited<ReturnType<typeof openLabFor>>, line: string): Promise<void> {
  const answer = await lab.do(line)
  if (answer.status !== 'ok') throw new Error(`${line}: ${answer.status} ${answer.text ?? ''}`)
}
