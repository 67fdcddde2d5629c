/**
 * The load balancer of server-driven coordination (§6.4): passes each request on to some live node, in turn. It knows nothing of the
 * ring, so that most requests take one hop more to whoever coordinates them; and it is one more place to wait at.
 */
import { unreachable } from '../../machine/assert.ts'
import {
  type EndpointId,
  emptyOutput,
  type Input,
  type InspectQuery,
  type Machine,
  type Output,
  type StepInput,
} from '../../machine/contract.ts'
import type { Random } from '../../machine/random.ts'
import type { HelperRoleOptions } from '../mode.ts'
import { Calls } from './calls.ts'
import type { ClientAnswer } from './client-protocol.ts'
import type { Body } from './house.ts'
import { Lives } from './lives.ts'
import { readChanges } from './map-history.ts'
import { Received } from './received.ts'
import { membersOf } from './ring/history.ts'
import { type DynamoOptions, readOptions, withPatience } from './settings.ts'
import { readFields } from './shape.ts'
import { Timers } from './timers.ts'

/** More requests under way than this are refused. */
const MOST_UNDER_WAY = 2_048
/** A node that kept silent is passed over for this long, while there are others. */
const DOUBT_US = 1_000_000

type RefusalText = Extract<ClientAnswer, { type: 'refused' }>

export class Balancer implements Machine {
  readonly #id: EndpointId
  /** Who is on the list: those it was started with, then the members of the newest map that an answer told of. */
  #nodes: readonly EndpointId[]
  #map: string | null = null
  #options: DynamoOptions
  readonly #random: Random
  readonly #timers = new Timers()
  readonly #doubted = new Map<EndpointId, number>()
  #calls: Calls | null = null
  #turn: number
  #underWay = 0
  #passed = 0
  #refused = 0
  readonly #received = new Received()
  readonly #lives = new Lives((to, body, patienceUs, done) => this.#calls?.ask(to, body, patienceUs, done))
  #output: Output = emptyOutput()

  constructor({ id, nodes, settings, random }: HelperRoleOptions) {
    this.#options = readOptions(settings)
    this.#id = id
    this.#nodes = nodes
    this.#random = random
    this.#turn = random.between(0, Math.max(0, nodes.length - 1))
  }

  step({ nowUs, inputs }: StepInput): Output {
    this.#timers.nowUs = nowUs
    for (const input of inputs) this.#take(input)
    this.#timers.runDue()
    const done = this.#output
    this.#output = emptyOutput()
    done.deadlineUs = this.#timers.deadlineUs
    return done
  }

  inspect(query: InspectQuery): unknown {
    if (query.what !== 'status') return null
    return { role: 'balancer', underWay: this.#underWay, passed: this.#passed, refused: this.#refused, silent: this.#silent }
  }

  #take(input: Input): void {
    switch (input.kind) {
      case 'start':
        this.#calls = new Calls({
          token: `${this.#id}.${input.incarnation}.${this.#random.between(0, 0xffffff).toString(36)}`,
          timers: this.#timers,
          send: (to, message) => this.#output.send.push({ to, message }),
          heard: (node) => this.#doubted.delete(node),
        })
        return
      case 'message':
        this.#receive(input.from, input.message)
        return
      case 'control':
        if (input.control.type === 'set') this.#options = withPatience(this.#options, input.control.name, input.control.value)
        return
      case 'stored':
      case 'tick':
        return
      default:
        unreachable(input)
    }
  }

  #receive(from: EndpointId, raw: unknown): void {
    const body = readFields(raw)
    if (body === undefined || typeof body.type !== 'string' || this.#calls === null) return
    if (this.#calls.receive(from, body as Body)) return
    const { id } = body
    if (typeof id !== 'string' || this.#received.repeats(from, id)) return
    if (body.type !== 'put' && body.type !== 'get')
      this.#refuse(from, id, { code: 'malformed', why: `${this.#id} passes on puts and gets` })
    else if (this.#underWay >= MOST_UNDER_WAY) this.#refuse(from, id, { code: 'overloaded', why: `${this.#id} has too many requests` })
    else {
      this.#underWay++
      this.#pass(from, id, body as Body, new Set())
    }
  }

  /** To the next in turn; when that is silent to the one after it, each node once. The same request says the same wherever it goes. */
  #pass(from: EndpointId, id: string, body: Body, tried: Set<EndpointId>): void {
    const node = this.#next(tried)
    if (node === null) {
      this.#underWay--
      this.#refuse(from, id, { code: 'not-here', why: 'no node answers', maybe: body.type === 'put' && tried.size > 0 })
      return
    }
    tried.add(node)
    this.#lives.ask(node, body, this.#patienceUs, (answer) => {
      if (answer === null) {
        this.#doubted.set(node, this.#timers.nowUs + DOUBT_US)
        this.#pass(from, id, body, tried)
        return
      }
      this.#underWay--
      this.#passed++
      if (typeof answer.map === 'string' && answer.map !== this.#map) this.#relist(node, answer.map)
      // Whoever kept silent before may do it yet.
      const maybe = body.type === 'put' && tried.size > 1 && answer.maybe === false
      this.#answer(from, { ...answer, ...(maybe && { maybe }), re: id })
    })
  }

  /** Nodes come and go: whoever answers with another map is asked for it. */
  #relist(node: EndpointId, digest: string): void {
    this.#map = digest
    this.#calls?.ask(node, { type: 'map' }, this.#patienceUs, (answer) => {
      const members = membersOf(readChanges(answer?.history) ?? [])
      if (members.length > 0) this.#nodes = members
    })
  }

  get #patienceUs(): number {
    return this.#options.detectorUs + this.#options.forwardUs
  }

  #next(tried: ReadonlySet<EndpointId>): EndpointId | null {
    const count = this.#nodes.length
    const inTurn = Array.from({ length: count }, (_, i) => this.#nodes[(this.#turn + i) % count] ?? '')
    const left = inTurn.filter((node) => !tried.has(node))
    const node = left.find((one) => !this.#isDoubted(one)) ?? left[0] ?? null
    if (node !== null) this.#turn = (this.#nodes.indexOf(node) + 1) % count
    return node
  }

  #isDoubted(node: EndpointId): boolean {
    return (this.#doubted.get(node) ?? 0) > this.#timers.nowUs
  }

  get #silent(): readonly EndpointId[] {
    return this.#nodes.filter((node) => this.#isDoubted(node))
  }

  #refuse(to: EndpointId, id: string, { code, why, maybe = false }: Pick<RefusalText, 'code' | 'why'> & { maybe?: boolean }): void {
    this.#refused++
    this.#answer(to, { type: 'refused', code, why, maybe, re: id })
  }

  #answer(to: EndpointId, message: Body): void {
    this.#output.send.push({ to, message })
  }
}
