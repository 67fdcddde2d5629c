/** clock and disk: faults inside one machine that no network rule can make. */
import { NothingSynced } from '../../cluster/disk-faults.ts'
import { type ClockFault, type DiskFault, SOUND_DISK, STEADY_CLOCK } from '../../host/ipc.ts'
import type { EndpointId } from '../../machine/contract.ts'
import { type Done, ok, Refusal } from '../answer.ts'
import type { BendCommand } from '../language/ast.ts'
import { nodesOf, type Scope } from '../scope.ts'

type ClockCommand = Extract<BendCommand, { name: 'clock' }>
type DiskCommand = Extract<BendCommand, { name: 'disk' }>

export async function executeClock(scope: Scope, command: ClockCommand): Promise<Done> {
  const { run } = scope
  const { ids } = await nodesOf(scope, command.nodes)
  const names = ids.join(' ')
  for (const id of ids) run.cluster.setClock([id], bentClock(run.cluster.clockOf(id), command.change))
  run.last = ids
  run.faulted(`clock ${names} ${command.change.kind}`)
  if (command.change.kind === 'ok') return ok(`the clocks of ${names} are true again`)
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

export async function executeDisk(scope: Scope, command: DiskCommand): Promise<Done> {
  const { run } = scope
  const { ids } = await nodesOf(scope, command.nodes)
  const names = ids.join(' ')
  run.last = ids
  if (command.change.kind === 'flip') {
    await run.cluster.flip(ids).catch((error: unknown) => {
      throw error instanceof NothingSynced ? new Refusal(error.message) : error
    })
    run.faulted(`disk ${names} flip`)
    return ok(`flipped one bit in the log of ${names}; it shows at the next restart, and wipe is the only cure`)
  }
  for (const id of ids) setDisk(scope, id, command.change)
  run.faulted(`disk ${names} ${command.change.kind}`)
  if (command.change.kind === 'ok') return ok(`the disks of ${names} are sound again`)
  const cure = command.change.kind === 'slow' ? `disk ${names} ok` : `disk ${names} ok, then restart ${names}`
  return ok(`disk of ${names}: ${command.change.kind}; undo: ${cure}`)
}

function setDisk({ run }: Scope, id: EndpointId, change: DiskCommand['change']): void {
  const now = run.cluster.diskOf(id)
  run.cluster.setDisk([id], bentDisk(now, change))
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
    case 'flip':
      return SOUND_DISK
  }
}
