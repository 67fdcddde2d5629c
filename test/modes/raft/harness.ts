/** A cluster in the virtual world, with the verbs a test wants: call, elect, run until, converge. */
import type { EndpointId, Operation, OperationResult } from '../../../src/machine/contract.ts'
import type { LogAnswer, PeekAnswer } from '../../../src/modes/raft/inspect.ts'
import { VirtualWorld } from './world.ts'

const MS = 1_000

export class Cluster extends VirtualWorld {
  private operations = 0

  // -- clients

  /** Starts an operation; its result comes into `results`. */
  invoke(
    client: EndpointId,
    f: string,
    key: string,
    value: Operation['value'] = null,
    more: { timeoutMs?: number; via?: EndpointId } = {},
  ): number {
    const id = ++this.operations
    const operation: Operation = {
      id,
      f,
      key,
      value,
      timeoutUs: (more.timeoutMs ?? 3_000) * MS,
      ...(more.via === undefined ? {} : { via: more.via }),
    }
    this.ensureClient(client)
    this.feed(client, [{ kind: 'control', control: { type: 'invoke', operation } }])
    return id
  }

  /** Runs until the operation ends. */
  call(
    client: EndpointId,
    f: string,
    key: string,
    value: Operation['value'] = null,
    more: { timeoutMs?: number; via?: EndpointId } = {},
  ): OperationResult {
    const id = this.invoke(client, f, key, value, more)
    return this.await(id)
  }

  await(id: number): OperationResult {
    this.runUntil(() => this.results.some((result) => result.id === id), 20_000)
    const found = this.results.find((result) => result.id === id)
    if (found === undefined) throw new Error(`operation ${id} never ended`)
    return found
  }

  reach(client: EndpointId, nodes: readonly EndpointId[] | null): void {
    this.ensureClient(client)
    this.feed(client, [{ kind: 'control', control: { type: 'reach', nodes } }])
  }
  log(id: EndpointId): LogAnswer['entries'] {
    return (this.running(id).inspect({ what: 'log' }) as LogAnswer).entries
  }

  peek(id: EndpointId, key: string): string | null {
    return (this.running(id).inspect({ what: 'peek', key }) as PeekAnswer).value
  }
  leaders(): EndpointId[] {
    return this.alive().filter((id) => this.status(id).role === 'leader')
  }

  maxTerm(): number {
    return Math.max(...this.alive().map((id) => this.status(id).term))
  }

  count(type: string): number {
    return this.events.filter((event) => event.type === type).length
  }

  // -- time

  run(ms: number): void {
    this.advance(this.nowUs + ms * MS, () => false)
  }

  /** True if it came to hold within the bound. */
  runUntil(holds: () => boolean, boundMs = 10_000): boolean {
    return holds() || this.advance(this.nowUs + boundMs * MS, holds)
  }

  /** Runs until one leader of the highest term has an entry of it committed. */
  elect(): EndpointId {
    const settled = (): EndpointId | undefined =>
      this.leaders().find((id) => {
        const { term, lastTerm, commit, last } = this.status(id)
        return term === this.maxTerm() && lastTerm === term && commit === last
      })
    if (!this.runUntil(() => settled() !== undefined, 20_000)) throw new Error('no leader came')
    return settled() ?? ''
  }

  /** Runs until all running nodes have equal logs, committed and applied. */
  converge(): boolean {
    return this.runUntil(() => {
      const all = this.alive().map((id) => this.status(id))
      return all.every((one) => one.digest === all[0]?.digest && one.applied === one.last)
    }, 10_000)
  }
}
