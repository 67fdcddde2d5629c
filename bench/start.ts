/** From process start of the built command to its first write answered, five nodes; and what bare node processes take. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { quantile, spread } from './statistics.ts'

const ROUNDS = 15

export async function benchStart(print: (line: string) => void): Promise<void> {
  const toFirst: number[] = []
  const rss: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const sample = await oneStart()
    toFirst.push(sample.ms)
    rss.push(...sample.rssMb)
  }
  print(`start     process start to first write answered, 5 nodes: ${spread(toFirst)}`)
  print(`          resident memory of a node after it: median ${quantile(rss, 0.5).toFixed(0)} MB, most ${Math.max(...rss).toFixed(0)} MB`)
}

/** `bin/splitbrain.js`, from the bundle in `dist/` or from the sources' `bench/`. */
const COMMAND = fileURLToPath(new URL('../bin/splitbrain.js', import.meta.url))

function oneStart(): Promise<{ readonly ms: number; readonly rssMb: readonly number[] }> {
  const dir = mkdtempSync(join(tmpdir(), 'splitbrain-bench-'))
  return new Promise((resolve, reject) => {
    const startedMs = performance.now()
    const child = spawn(process.execPath, [COMMAND, '--plain'], { cwd: dir, stdio: ['pipe', 'pipe', 'inherit'] })
    child.stdin.write('put city Oslo\nmetrics\n')
    child.stdin.end()
    let text = ''
    let ms = Number.NaN
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (Number.isNaN(ms) && /^ok/m.test(text)) ms = performance.now() - startedMs
    })
    child.on('error', reject)
    child.on('exit', (code) => {
      rmSync(dir, { recursive: true, force: true })
      if (code !== 0 || Number.isNaN(ms)) return reject(new Error(`the lab ended with ${code}: ${text}`))
      const row = /^rss-bytes\s+(.*)$/m.exec(text)?.[1] ?? ''
      const rssMb = row.split(/\s+/).map((bytes) => Number(bytes) / 1e6)
      resolve({ ms, rssMb: rssMb.filter((mb) => Number.isFinite(mb)) })
    })
  })
}
