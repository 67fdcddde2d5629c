import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { LabHandle } from '../../src/api-types.ts'
import { freshFolder, ROOT } from './run-built.ts'

async function open(): Promise<LabHandle> {
  const { openLab } = (await import(join(ROOT, 'dist', 'api.js'))) as typeof import('../../src/api-types.ts')
  const lab = await openLab({ nodes: 3, seed: 7, settings: { preset: 'fast' }, baseDir: freshFolder() })
  onTestFinished(() => lab.close())
  return lab
}

/** What chaos types until it has typed this many faults. */
async function typed(lab: LabHandle, count: number): Promise<string[]> {
  const lines: string[] = []
  const enough = new Promise<void>((resolve) => {
    const off = lab.on('event', (event) => {
      if (event.type === 'answer' && event.author === 'chaos' && String(event.command).includes('+')) lines.push(String(event.command))
      if (lines.length < count) return
      off()
      resolve()
    })
  })
  expect(await lab.do('chaos start faults=clock every=50ms hold=50ms')).toMatchObject({ status: 'ok' })
  await enough
  await lab.do('chaos stop')
  return lines.slice(0, count)
}

test('chaos started again makes other faults, and another run with the same seed makes the same', async () => {
  const lab = await open()
  const first = await typed(lab, 6)
  const second = await typed(lab, 6)
  expect(second).not.toEqual(first)
  expect(await typed(await open(), 6)).toEqual(first)
})

test('release says how many datagrams it delivered', async () => {
  const lab = await open()
  await lab.expect('healthy within 10s')
  await lab.do('let leader0 = leader')
  await lab.do('hold $leader0 -> followers(1)')
  await lab.do('wait 500ms')
  const { status, text } = await lab.do('release')
  expect(status).toBe('ok')
  expect(Number(/^delivered (\d+) held datagrams$/.exec(text ?? '')?.[1])).toBeGreaterThan(0)
})
