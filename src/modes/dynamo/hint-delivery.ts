/**
 * Hints on their way home: every so often a stand-in looks whose home is back, and hands over what it keeps, a few at a time, so that
 * a home is not knocked over by all who stood in for it. One message is under way at a time.
 */
import type { EndpointId } from '../../machine/contract.ts'
import type { Hint, HintStore } from './hints.ts'
import type { Answer, Body, House } from './house.ts'
import { fitting, type Item, readItems, readPlaces } from './items.ts'
import { serveKeepers } from './nodes-only.ts'
import { readEndpoint, readFields, readList } from './shape.ts'

const PATIENCE_US = 1_000_000
/** Items in one delivery, whatever the rate: a tenth of a second of it, within these bounds. */
const MOST_AT_ONCE = 50
const LONGEST_STEP_US = 1_000_000
/** Pauses differ by up to this part, and so does the first look after a start. */
const JITTER = 0.5

export class HintDelivery {
  readonly #house: House
  readonly #store: HintStore
  #underWay = false

  constructor(house: House, store: HintStore) {
    this.#house = house
    this.#store = store
    serveKeepers(house, 'handoff', (body, answer) => this.#receive(body, answer))
    serveKeepers(house, 'adopt-hint', (body, answer) => this.#adopt(body, answer))
  }

  begin(): void {
    this.#wait()
  }

  #wait(): void {
    this.#lookWhenDue(this.#house.nowUs, 1 - JITTER * this.#house.random.next())
  }

  /** When this part of the interval has passed. In steps: a shorter one, set meanwhile, counts soon. */
  #lookWhenDue(sinceUs: number, part: number): void {
    const restUs = sinceUs + part * this.#house.options.hintScanUs - this.#house.nowUs
    this.#house.after(Math.min(restUs, LONGEST_STEP_US), () => {
      if (restUs > LONGEST_STEP_US) this.#lookWhenDue(sinceUs, part)
      else {
        this.#scan()
        this.#wait()
      }
    })
  }

  #scan(): void {
    if (this.#underWay || this.#store.count() === 0) return
    const { membership, detector, random } = this.#house
    // A home that is away keeps all its hints waiting, unless it or this node has left the ring.
    const ready = this.#store.homes.filter((home) => !membership.isMember || !membership.ring.members.includes(home) || detector.isUp(home))
    if (ready.length === 0) return
    this.#underWay = true
    this.#deliver(random.shuffle(ready), new Set())
  }

  /** The next few, then the rest of this home's, then the next home's. `passed`: those that could not be delivered in this scan. */
  #deliver(homes: readonly EndpointId[], passed: Set<Hint>): void {
    const [home, ...others] = homes
    if (home === undefined) {
      this.#underWay = false
      return
    }
    const wanted = Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(this.#house.options.hintRate / 10)))
    const waiting = this.#reachable(this.#store.oldest(home, wanted, passed), passed)
    if (waiting.length === 0) {
      // Whoever of this home's hints was passed over waits for the next look; the rest follows.
      const rest = this.#store.oldest(home, 1, passed).length > 0 ? homes : others
      this.#house.after(0, () => this.#deliver(rest, passed))
      return
    }
    const admitted = this.#house.admission.admit(waiting.length)
    if (admitted === 0) {
      this.#pause(1, () => this.#deliver(homes, passed))
      return
    }
    const batch = waiting.slice(0, fitting(waiting.slice(0, admitted).map(itemOf)).length)
    this.#hand(batch, (failed) => {
      for (const hint of failed) passed.add(hint)
      this.#pause(batch.length, () => this.#deliver(failed.size === batch.length ? others : homes, passed))
    })
  }

  /** As long as these many take at the rate, more or less, so that many holders do not keep step. */
  #pause(items: number, run: () => void): void {
    const { options, random } = this.#house
    this.#house.after((1e6 * items * (1 + JITTER * (2 * random.next() - 1))) / Math.max(1, options.hintRate), run)
  }

  #reachable(hints: readonly Hint[], passed: Set<Hint>): readonly Hint[] {
    return hints.filter((hint) => {
      const ready = this.#errands(hint) !== null
      if (!ready) passed.add(hint)
      return ready
    })
  }

  /** Who is to get it, and as what; null: somebody it is for is away. */
  #errands(hint: Hint): readonly Errand[] | null {
    const { membership, detector } = this.#house
    const errands: Errand[] = []
    for (const home of this.#wantedBy(hint)) {
      if (home === this.#house.id || detector.isUp(home)) errands.push({ to: home, as: 'copy', hint })
      else {
        // One that leaves cannot wait: another stands in.
        const other = membership.isMember ? undefined : this.#otherStandIn(hint)
        if (other === undefined) return null
        errands.push({ to: other, as: 'hint', hint: { ...hint, home } })
      }
    }
    return errands.length === 0 ? null : errands
  }

  /** Its home; or, if that is the key's home no more, those that are now. */
  #wantedBy({ home, key }: Hint): readonly EndpointId[] {
    const { ring } = this.#house.membership
    const homes = ring.homes(ring.partitionOf(key))
    return homes.includes(home) ? [home] : homes
  }

  #otherStandIn({ key }: Hint): EndpointId | undefined {
    const { membership, detector, id } = this.#house
    const { ring } = membership
    const homes = ring.homes(ring.partitionOf(key))
    const up = ring.preference(ring.partitionOf(key)).filter((node) => node !== id && detector.isUp(node))
    return up.find((node) => !homes.includes(node)) ?? up[0]
  }

  /** `done` hears which were not confirmed by all they are for. */
  #hand(hints: readonly Hint[], done: (failed: ReadonlySet<Hint>) => void): void {
    const failed = new Set<Hint>()
    const messages = new Map<
      string,
      { readonly to: EndpointId; readonly as: Errand['as']; readonly hints: Hint[]; readonly sent: Hint[] }
    >()
    for (const hint of hints) {
      const errands = this.#errands(hint)
      if (errands === null) failed.add(hint)
      for (const { to, as, hint: sent } of errands ?? []) {
        const message = messages.get(`${as} ${to}`) ?? { to, as, hints: [], sent: [] }
        messages.set(`${as} ${to}`, message)
        message.hints.push(hint)
        message.sent.push(sent)
      }
    }
    // Each goes as soon as all who are to get it have confirmed it: while it waited for others of its batch, a disk that has it could be lost.
    const open = new Map(hints.map((hint) => [hint, 0]))
    for (const { hints: behind } of messages.values()) for (const hint of behind) open.set(hint, (open.get(hint) ?? 0) + 1)
    let unanswered = messages.size
    for (const { to, as, hints: behind, sent } of messages.values()) {
      this.#send(to, as, sent, (refused) => {
        for (const [i, hint] of behind.entries()) {
          const left = (open.get(hint) ?? 0) - 1
          open.set(hint, left)
          if (refused?.has(i) !== false) failed.add(hint)
          else if (left === 0 && !failed.has(hint)) this.#store.gone(hint)
        }
        unanswered--
        if (unanswered === 0) done(failed)
      })
    }
    if (messages.size === 0) this.#house.after(0, () => done(failed))
  }

  /** `done` hears whether it answered, and the places of what it did not take. */
  #send(to: EndpointId, as: Errand['as'], hints: readonly Hint[], done: (refused: ReadonlySet<number> | undefined) => void): void {
    const house = this.#house
    if (to === house.id) {
      this.#keepHere(hints, () => done(new Set()))
      return
    }
    house.count('handoffs')
    const body: Body =
      as === 'copy'
        ? { type: 'handoff', items: hints.map(itemOf) }
        : { type: 'adopt-hint', hints: hints.map(({ home, key, copy, sinceMs }) => ({ home, sinceMs, item: [key, copy] })) }
    house.ask(to, body, PATIENCE_US, (answer) => done(answer === null ? undefined : readPlaces(answer.refused)))
  }

  /** This node has become a home itself. */
  #keepHere(hints: readonly Hint[], done: () => void): void {
    const positions = hints.map(({ key, copy }) => this.#house.copies.take(key, copy, 'hint', true) ?? 0)
    this.#house.whenDurable(Math.max(0, ...positions), done)
  }

  #receive(body: Body, answer: Answer): void {
    const read = readItems(body.items)
    if (read === undefined) {
      this.#house.drop('bad-handoff')
      return
    }
    if (read.bad.length > 0) this.#house.drop('bad-copy')
    const positions = read.items.map(([key, copy]) => this.#house.copies.take(key, copy, 'hint', true) ?? 0)
    answer({ type: 'handed', refused: read.bad }, Math.max(0, ...positions))
  }

  #adopt(body: Body, answer: Answer): void {
    const hints = readList(body.hints, (raw) => readAdopted(raw) ?? null, MOST_AT_ONCE)
    if (hints === undefined) {
      this.#house.drop('bad-handoff')
      return
    }
    let last = 0
    const refused = hints.flatMap((hint, i) => {
      if (hint === null) return [i]
      const { kept, position } = this.#store.adopt(hint.home, hint.key, hint.copy, hint.sinceMs)
      last = Math.max(last, position)
      return kept ? [] : [i]
    })
    answer({ type: 'handed', refused }, last, 'bulk')
  }
}

interface Errand {
  readonly to: EndpointId
  readonly as: 'copy' | 'hint'
  readonly hint: Hint
}

function itemOf({ key, copy }: Hint): Item {
  return [key, copy]
}

type Adopted = Pick<Hint, 'home' | 'key' | 'copy' | 'sinceMs'>

function readAdopted(raw: unknown): Adopted | undefined {
  const fields = readFields(raw)
  const home = readEndpoint(fields?.home)
  const [item] = readItems([fields?.item])?.items ?? []
  const sinceMs = fields?.sinceMs
  if (home === undefined || item === undefined || typeof sinceMs !== 'number' || !Number.isFinite(sinceMs)) return undefined
  return { home, key: item[0], copy: item[1], sinceMs }
}
