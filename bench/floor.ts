/** What a write costs on this machine through the whole house: one client, then many, each closed loop. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLabFor } from '../src/lab/open.ts'

const SECONDS = 4

export async function benchFloor(print: (line: string) => void): Promise<void> {
  for (const sync of ['always', 'batch', 'never']) {
    for (const clients of [1, 32])
      print(`floor     sync=${sync.padEnd(6)} ${String(clients).padStart(2)} clients: ${await floor(sync, clients)}`)
  }
}

async function floor(sync: string, clients: number): Promise<string> {
  const baseDir = mkdtempSync(join(tmpdir(), 'splitbrain-bench-'))
  const lab = await openLabFor({ settings: { sync }, baseDir })
  try {
    await lab.do('expect healthy within 15s')
    const started = await lab.do(`load start clients=${clients} keys=100 rate=max mix=put:100`)
    if (started.status !== 'ok') throw new Error(started.text ?? started.status)
    await lab.do(`wait ${SECONDS}s`)
    const stopped = await lab.do('load stop')
    const count = Number(/^(\d+) ok/.exec(stopped.text ?? '')?.[1])
    return `${Math.round(count / SECONDS)} puts/s; ${stopped.text ?? ''}`
  } finally {
    await lab.close()
    rmSync(baseDir, { recursive: true, force: true })
  }
}
