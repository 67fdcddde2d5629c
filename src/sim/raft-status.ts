/** A Raft node's own status, as the invariants and the rows read it. */
import type { RaftStatus } from '../modes/raft/inspect.ts'
import { Violation } from './monitor.ts'

export type { RaftStatus }

export function readRaftStatus(status: unknown): RaftStatus {
  if (typeof status !== 'object' || status === null || !('role' in status)) throw new Violation('message', 'a node gave no status')
  return status as RaftStatus
}

const ROLE_LETTERS: Readonly<Record<RaftStatus['role'], string>> = { follower: '.', 'pre-candidate': 'p', candidate: 'C', leader: 'L' }

/** `n3 L t5  last 14  commit 12  applied 12  vote n3  of n3` */
export function raftRow(node: string, status: RaftStatus): string {
  const { role, term, last, commit, applied, vote, leader, durable } = status
  const indent = ' '.repeat(2 * Math.max(0, Number(node.slice(1)) - 1))
  return (
    `${indent}${node} ${ROLE_LETTERS[role]} t${String(term).padEnd(3)} last ${String(last).padEnd(4)} synced ${String(durable).padEnd(4)} ` +
    `commit ${String(commit).padEnd(4)} applied ${String(applied).padEnd(4)} vote ${vote ?? '-'} leader ${leader ?? '-'}`
  )
}
