/** clock and disk: faults inside one machine that no network rule can make. */
import { type ClockFault, type DiskFault, SOUND_DISK, STEADY_CLOCK } from '../../host/ipc.ts'
import { type Done, ok } from '../answer.ts'
import type { BendCommand } from '../language/ast.ts'
import { nodesOf, rememberLast, type Scope } from '../scope.ts'

type ClockCommand = Extract<BendCommand, { name: 'clock' }>
type DiskCommand = Extract<BendCommand, { name: 'disk' }>

export async function executeClock(scope: Scope, command: ClockCommand): Promise<Done> {
  const { run } = scope
  const { ids } = await nodesOf(scope, command.nodes)
  const names = ids.join(' ')
  for (const id of ids) run.cluster.setClock([id], bentClock(run.cluster.clockOf(id), command.change))
  run.faulted(`clock ${names} ${command.change.kind}`)
  if (command.change.kind === 'ok') return ok(`the clocks of ${names} are true again`)
  rememberLast(scope, ids)
  return ok(`bent the clock of ${names}; undo: clock ${names} ok`)
}

function bentClock(now: ClockFault, change: ClockCommand['change']): ClockFault {
  switch (change.kind) {
    case 'ok':
      return STEADY_CLOCK
    case 'skew':
      return { ...now, skewMs: change.ms }
    case 'drift':
      return { ...now, drift: change.fraction }
  }
}

/** What a node does not survive: it halts rather than serve from such a disk. */
const DAMAGES: ReadonlySet<DiskCommand['change']['kind']> = new Set(['flip', 'full', 'fail'])

export async function executeDisk(scope: Scope, { nodes, change }: DiskCommand): Promise<Done> {
  const { run } = scope
  const { ids } = await nodesOf(scope, nodes)
  const names = ids.join(' ')
  // Known before it strikes, for a node may halt on it at once.
  if (DAMAGES.has(change.kind)) for (const id of ids) run.damaged.set(id, `disk ${change.kind}`)
  if (change.kind === 'flip') await run.cluster.flip(ids)
  else for (const id of ids) run.cluster.setDisk([id], bentDisk(run.cluster.diskOf(id), change))
  run.faulted(`disk ${names} ${change.kind}`)
  if (change.kind !== 'ok') rememberLast(scope, ids)
  switch (change.kind) {
    case 'ok':
      return ok(`the disks of ${names} are sound again`)
    case 'flip':
      return ok(`flipped one bit in the log of ${names}; it shows at the next restart, and wipe is the only cure`)
    case 'slow':
      return ok(`disk of ${names}: slow; undo: disk ${names} ok`)
    case 'full':
    case 'fail':
      return ok(`disk of ${names}: ${change.kind}; undo: disk ${names} ok, then restart ${names}`)
  }
}

function bentDisk(now: DiskFault, change: DiskCommand['change']): DiskFault {
  switch (change.kind) {
    case 'slow':
      return { ...now, slowMs: change.ms }
    case 'full':
      return { ...now, full: true }
    case 'fail':
      return { ...now, fail: true }
    case 'ok':
      return SOUND_DISK
    case 'flip':
      return now
  }
}
