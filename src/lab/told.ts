/** What cluster and health watch say, as events of the one stream. */
import type { Cluster } from '../cluster/cluster.ts'
import type { HealthEvent, HealthWatch } from '../cluster/health.ts'
import type { ClusterEvent } from '../cluster/types.ts'
import type { EndpointId, MachineEvent } from '../machine/contract.ts'
import type { Mode } from '../modes/mode.ts'
import type { Sample } from '../stream/events.ts'
import type { EventStream } from './events.ts'
import type { RunOptions } from './run-options.ts'

export function tellSample(events: EventStream, { type, ...fields }: Sample): void {
  events.emit(type, undefined, fields)
}

export function tellCluster(events: EventStream, mode: Mode, event: ClusterEvent): void {
  switch (event.type) {
    case 'node':
      events.emit('node', mode.describe(event.node, event.event) ?? hostWords(event.node, event.event), {
        node: event.node,
        event: event.event,
      })
      return
    case 'exit':
      events.emit('exit', `${event.node} ${event.reason}: ${event.why}`, { node: event.node, reason: event.reason })
      return
    case 'stall':
      events.emit('stall', `${event.node} stood still for ${Math.round(event.ms)} ms`, { where: event.node, ms: event.ms })
      return
    case 'watchdog':
      events.emit('note', event.why)
      return
  }
}

/** What the picture begins with. */
export function startedFields(options: RunOptions, { start }: Pick<Cluster, 'start'>, { observed }: Pick<HealthWatch, 'observed'>) {
  const { mode, nodes, seed, settings, bug, bugNodes, sync } = options
  const { boundMs, readyMs } = start
  const { banner } = mode
  const tolerates = mode.tolerates?.(nodes) ?? null
  const begun = { nodes, seed, settings, bug, bugNodes, sync, boundMs, readyMs, tolerates, observed }
  return { mode: mode.name, ...begun, ...(banner === undefined ? {} : { banner }) }
}

/** What every node says, whatever its mode. */
function hostWords(node: EndpointId, event: MachineEvent): string | undefined {
  if (event.type !== 'torn-tail') return undefined
  return `${node} cut a torn tail of ${event.bytes} bytes off its ${event.stream}: never synced, so never promised`
}

export function tellHealth(events: EventStream, event: Exclude<HealthEvent, { type: 'probe-failed' }>): void {
  switch (event.type) {
    case 'health':
      events.emit('health', `${event.which === 'predicted' ? 'predicted ' : ''}${event.state}: ${event.why}`, { ...event })
      return
    case 'finding':
      events.emit('finding', `FINDING ${event.text}`)
      return
  }
}
