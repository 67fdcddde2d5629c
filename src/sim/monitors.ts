/** Which invariants watch which mode. A mode without its own is still judged by its clients' oracle and its own assertions. */
import type { EndpointId } from '../machine/contract.ts'
import type { Mode } from '../modes/mode.ts'
import type { Monitor } from './monitor.ts'
import { RaftMonitor } from './raft-invariants.ts'

export function monitorFor(mode: Mode, nodes: readonly EndpointId[]): Monitor {
  return mode.name === 'raft' ? new RaftMonitor(nodes) : plainMonitor()
}

function plainMonitor(): Monitor {
  const nothing = (): void => undefined
  return {
    stepped: nothing,
    leaving: nothing,
    durable: nothing,
    crashed: nothing,
    row: (node, status) => `${node} ${JSON.stringify(status)}`,
    unsettled: (nodes) => nodes.find((node) => node.state !== 'up')?.id ?? null,
    copiesAreWhole: false,
    elections: 0,
  }
}
