import { join } from 'node:path'
import type { Stream } from '../machine/contract.ts'

export function streamPath(dataDir: string, stream: Stream): string {
  return join(dataDir, stream)
}

export function markPath(dataDir: string, stream: Stream): string {
  return join(dataDir, `${stream}.mark`)
}
