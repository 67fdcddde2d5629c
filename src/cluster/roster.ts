/** Who belongs to a cluster now: nodes, and the helpers beside them. */
import type { EndpointId } from '../machine/contract.ts'
import { byNumber } from '../machine/ids.ts'
import type { NodeView } from '../modes/mode.ts'
import { Member, type Role } from './member.ts'

export interface RosterOptions {
  /** The first nodes. */
  readonly nodes: readonly EndpointId[]
  readonly helpers: readonly EndpointId[]
  readonly runDir: string
}

export class Roster {
  readonly #runDir: string
  readonly #members = new Map<EndpointId, Member>()
  /** Should one of them come back: its folder and the count of its lives are its own. */
  readonly #retired = new Map<EndpointId, Member>()

  constructor({ nodes, helpers, runDir }: RosterOptions) {
    this.#runDir = runDir
    for (const id of nodes) this.#members.set(id, new Member(id, 'node', runDir))
    for (const id of helpers) this.#members.set(id, new Member(id, 'helper', runDir))
  }

  get all(): readonly Member[] {
    return [...this.#members.values()]
  }

  /** In the order of their numbers. */
  ids(role: Role): EndpointId[] {
    return this.#of(role).map(({ id }) => id)
  }

  views(role: Role): NodeView[] {
    return this.#of(role).map((member) => member.view())
  }

  /** Of every process that is not dead. */
  pids(): Map<EndpointId, number> {
    const pids = new Map<EndpointId, number>()
    for (const { id, life } of this.#members.values()) {
      if (life !== null && life.state !== 'dead' && life.pid !== undefined) pids.set(id, life.pid)
    }
    return pids
  }

  /** Throws RangeError for one that is not there. */
  get(id: EndpointId): Member {
    const member = this.#members.get(id)
    if (member === undefined) throw new RangeError(`no node ${id} in this cluster`)
    return member
  }

  has(member: Member): boolean {
    return this.#members.get(member.id) === member
  }

  /** A node that is none of the first, or one that was retired. Throws RangeError when there is one of this name. */
  admit(id: EndpointId): Member {
    if (this.#members.has(id)) throw new RangeError(`${id} is in this cluster already`)
    const member = this.#retired.get(id) ?? new Member(id, 'node', this.#runDir)
    this.#retired.delete(id)
    member.comeLater()
    this.#members.set(id, member)
    return member
  }

  /** Throws RangeError for the last node, and for a helper: the settings ask for it. */
  mayRetire(member: Member): void {
    if (member.role === 'helper') throw new RangeError(`${member.id} is no node`)
    if (this.#of('node').length === 1) throw new RangeError(`${member.id} is the last node`)
  }

  retire(member: Member): void {
    this.#members.delete(member.id)
    this.#retired.set(member.id, member)
  }

  #of(role: Role): Member[] {
    return this.all.filter((member) => member.role === role).sort((a, b) => byNumber(a.id, b.id))
  }
}
