/** What the fault mix may do to the world. */
import type { EndpointId } from '../machine/contract.ts'
import type { SettingSpec } from '../modes/mode.ts'
import type { Endpoint } from './endpoint.ts'
import type { SimNetwork } from './network.ts'

export interface Arena {
  readonly nodes: readonly Endpoint[]
  readonly network: SimNetwork
  now(): number
  at(atUs: number, run: () => void): void
  leader(): Endpoint | null
  crash(node: Endpoint, powerCut: boolean): void
  /** The disk of a node that is down is gone. */
  wipe(node: Endpoint): void
  restart(node: Endpoint): void
  sleep(node: Endpoint): void
  wake(node: Endpoint): void
  slowDisk(id: EndpointId, extraUs: number): void
  /** What `set NAME=VALUE` may change. */
  readonly liveSettings: readonly SettingSpec[]
  set(node: Endpoint, name: string, value: string): void
  releaseHeld(): void
  /** A client asks that this node, which is started first if it is not, joins or leaves; `done` hears whether that is certain. False: it is still busy. */
  change(what: 'join' | 'leave', node: Endpoint, done: (certain: boolean) => void): boolean
  say(text: string): void
}
