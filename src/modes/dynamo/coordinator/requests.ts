/** Where requests come in: looked at, then coordinated here or passed on to somebody who may (§4.5). */
import type { EndpointId } from '../../../machine/contract.ts'
import type { ClientAnswer, RefusalCode } from '../client-protocol.ts'
import type { Body, House } from '../house.ts'
import { Forwarding, MOST_HOPS, type Outcome } from './forward.ts'
import { coordinateGet } from './get.ts'
import { type Plan, planFor, type Target } from './plan.ts'
import { coordinatePut } from './put.ts'
import { tallyOf } from './tally.ts'
import { type Request, readRequest } from './terms.ts'

/** More operations under way here than this are refused: fast errors, and a node that recovers (F50). */
const MOST_RUNNING = 2_048

type Done = (answer: ClientAnswer) => void

/** One request on its way through this node. */
interface Passage {
  readonly request: Request
  readonly body: Body
  /** Nodes that had it before. */
  readonly path: readonly EndpointId[]
  /** Nodes that did not take it. */
  readonly tried: Set<EndpointId>
  /** One of them may have, and only its answer was lost. */
  maybe: boolean
  readonly done: Done
}

export function serveRequests(house: House): void {
  const requests = new Requests(house)
  for (const type of ['put', 'get']) {
    house.serve(type, (_from, body, answer) => {
      // What a former life refused for certain must not be done by a second copy that comes now (lives.ts).
      if (typeof body.life === 'number' && body.life !== house.life) answer({ type: 'other-life', life: house.life })
      else requests.enter(body, [], (outcome) => answer({ ...outcome }))
    })
  }
}

class Requests {
  readonly #house: House
  readonly #forwarding: Forwarding
  #running = 0

  constructor(house: House) {
    this.#house = house
    this.#forwarding = new Forwarding(house, (_from, body, path, done) => {
      if (!house.membership.isMember || this.#running >= MOST_RUNNING) return false
      this.enter(body, path, done)
      return true
    })
  }

  enter(body: Body, path: readonly EndpointId[], reply: Done): void {
    const house = this.#house
    const map = house.membership.ring.digest
    const refuse = (code: RefusalCode, why: string): void => {
      house.count(`refused-${code}`)
      reply({ type: 'refused', code, why, maybe: false, map })
    }
    const read = readRequest(house, body)
    if (!read.ok) refuse(read.code, read.why)
    else if (!house.membership.isMember) refuse('not-here', `${house.id} is no member of the ring`)
    else if (this.#running >= MOST_RUNNING) refuse('overloaded', `${this.#running} operations are under way`)
    else {
      this.#running++
      const done: Done = (answer) => {
        this.#running--
        reply({ map: house.membership.ring.digest, ...answer })
      }
      this.#route({ request: read.request, body, path, tried: new Set(), maybe: false, done })
    }
  }

  #route(passage: Passage): void {
    const house = this.#house
    const { request, path, tried, done } = passage
    const plan = planFor(house, request.key, NOBODY)
    const unmet = this.#tooFew(passage, plan)
    if (unmet !== null) {
      done(unmet)
      return
    }
    const may = plan.targets.filter((target) => target.home === null || !this.#onlyHomes(request))
    if (may.some(({ node }) => node === house.id)) {
      this.#coordinate(passage, plan)
      return
    }
    const next =
      path.length + 1 < MOST_HOPS && tried.size < house.options.n
        ? may.find(({ node }) => !path.includes(node) && !tried.has(node))
        : undefined
    if (next !== undefined) this.#passOn(passage, next.node)
    else this.#lastResort(passage)
  }

  #passOn(passage: Passage, to: EndpointId): void {
    const { body, path, tried, done } = passage
    const { id: _id, ...request } = body
    this.#forwarding.send(to, request, [...path, this.#house.id], (outcome: Outcome) => {
      // Whoever declined or refused it may take a late second copy of it in another life.
      passage.maybe ||= body.type === 'put'
      if (outcome !== 'declined' && outcome !== 'silent') {
        done(passage.maybe && 'maybe' in outcome ? { ...outcome, maybe: true } : outcome)
        return
      }
      tried.add(to)
      this.#route(passage)
    })
  }

  /** None of those who should takes it: this node stands in itself, if a stand-in may. */
  #lastResort(passage: Passage): void {
    const house = this.#house
    const { request, tried, done } = passage
    if (request.type === 'put' && this.#onlyHomes(request)) {
      done(this.#unmet(passage, planFor(house, request.key, tried), []))
      return
    }
    const plan = planFor(house, request.key, tried)
    const unmet = this.#tooFew(passage, plan)
    if (unmet !== null) done(unmet)
    else this.#coordinate(passage, request.type === 'put' ? withSelf(plan, house) : plan)
  }

  #coordinate({ request, maybe, done }: Passage, plan: Plan): void {
    const house = this.#house
    const began = house.nowUs
    const finish: Done = (answer) => {
      house.admission.served(house.nowUs - began)
      house.count(COUNTERS[request.type][answer.type])
      done(maybe && 'maybe' in answer ? { ...answer, maybe: true } : answer)
    }
    if (request.type === 'put') coordinatePut(house, request, plan, finish)
    else coordinateGet(house, request, plan, finish)
  }

  /** Refused before anything was stored: too few of those that would count are up. */
  #tooFew(passage: Passage, plan: Plan): ClientAnswer | null {
    const { request } = passage
    const needed = request.type === 'put' ? request.terms.w : request.terms.r
    const counting = plan.targets.filter(({ home }) => home === null || !this.#onlyHomes(request))
    return counting.length >= needed ? null : this.#unmet(passage, plan, counting)
  }

  #unmet({ request, maybe }: Passage, plan: Plan, counting: readonly Target[]): ClientAnswer {
    const needed = request.type === 'put' ? request.terms.w : request.terms.r
    return { type: 'unmet', ...tallyOf(this.#house, counting), needed, missing: plan.absent, maybe }
  }

  /** No stand-in counts, or none would keep a write. */
  #onlyHomes({ type, terms }: Request): boolean {
    return terms.strict || (type === 'put' && !this.#house.options.hintedHandoff)
  }
}

const NOBODY: ReadonlySet<EndpointId> = new Set()

/** Names of counters, which would be put together anew for each operation. */
const COUNTERS: Readonly<Record<Request['type'], Readonly<Record<ClientAnswer['type'], string>>>> = {
  put: { done: 'put-done', unmet: 'put-unmet', refused: 'put-refused', map: 'put-map', changed: 'put-changed' },
  get: { done: 'get-done', unmet: 'get-unmet', refused: 'get-refused', map: 'get-map', changed: 'get-changed' },
}

/** Who mints an event keeps it. */
function withSelf(plan: Plan, { id, options }: House): Plan {
  if (plan.targets.some(({ node }) => node === id)) return plan
  const [kept, given] = [plan.targets.slice(0, options.n - 1), plan.targets[options.n - 1]]
  const home = plan.absent[0] ?? given?.home ?? given?.node ?? null
  const targets: Target[] = [{ node: id, home }, ...kept]
  return { ...plan, targets, spare: plan.spare.filter((node) => node !== id) }
}
