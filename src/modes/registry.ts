/** The modes of this house. */
import { dynamo } from './dynamo/dynamo.ts'
import type { Mode } from './mode.ts'
import { raft } from './raft/raft.ts'

export const modes: ReadonlyMap<string, Mode> = new Map([raft, dynamo].map((mode) => [mode.name, mode]))

/** Null for a name no mode has. */
export function findMode(name: string): Mode | null {
  return modes.get(name) ?? null
}
