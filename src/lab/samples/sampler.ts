/**
 * Looks at a run a few times a second and puts into its event stream what changed: whoever draws the run, now or later, draws it from these samples.
 * It looks at what was told last and asks no node, and so disturbs none.
 */
import type { ShimReport } from '../../net/types.ts'
import type { Sample } from '../../stream/events.ts'
import { portOf } from '../cluster-port.ts'
import type { EventStream } from '../events.ts'
import type { Run } from '../run.ts'
import { tellSample } from '../told.ts'
import { BentLinks } from './bent-links.ts'
import { Faces } from './faces.ts'
import { Invariants } from './invariants.ts'
import { MessageSamples } from './messages.ts'
import { RingBook } from './ring.ts'
import { SentMessages } from './sent.ts'
import { Tempo } from './tempo.ts'
import { Traffic } from './traffic.ts'

const LOOK_MS = 250
/** A hundred nodes say how they are once a second: to look more often would show nothing. */
const LOOK_MS_A_NODE = 10
const TRAFFIC_MS = 1_000
/** How often the tempo is told while nothing is asked. */
const QUIET_TEMPO_MS = 2_000
/** Timers come a little early or late. */
const SLACK_MS = 50

/** Twice a second, so that a picture of the traffic is smooth; where there are thousands of links, once. */
export function reportEveryMs(nodes: number): number {
  return nodes <= 25 ? 500 : 1_000
}

export class Sampler {
  readonly #run: Run
  readonly #events: EventStream
  readonly #timer: NodeJS.Timeout
  readonly #faces = new Faces()
  readonly #links = new BentLinks()
  readonly #tempo = new Tempo()
  readonly #traffic = new Traffic()
  readonly #sent = new SentMessages()
  readonly #ring = new RingBook()
  readonly #invariants: Invariants
  readonly #messages: MessageSamples
  readonly #unlisten: readonly (() => void)[]
  #cluster = ''
  #tempoMs = performance.now()
  #trafficMs = performance.now()

  /** Of a run that is open: cluster, health and network are there. */
  constructor(run: Run) {
    this.#run = run
    this.#events = run.events
    this.#invariants = new Invariants({ mode: run.mode, damage: (id) => run.damaged.get(id) })
    this.#messages = new MessageSamples(run.shim, run.events)
    for (const event of run.events.recent()) this.#invariants.hear(event)
    this.#unlisten = [
      run.events.listen((event) => this.#invariants.hear(event)),
      run.history.recorder.listen((event) => this.#tempo.hear(event)),
    ]
    this.#timer = setInterval(() => this.look(), Math.max(LOOK_MS, LOOK_MS_A_NODE * run.options.nodes))
    this.look()
  }

  /** Now rather than in its turn: a fault has just come into force. */
  look(): void {
    const run = this.#run
    const nowMs = performance.now()
    this.#tell(this.#faces.look(run, nowMs))
    this.#tell(this.#clusterNow())
    this.#tell(this.#links.look(run.plan))
    this.#tell(this.#ring.look(run.mode, portOf(run)))
    const { path, bytes } = run.history
    this.#tell(this.#invariants.look(run.views(), { path, bytes, events: run.history.told().length }, nowMs))
  }

  /** What the network has counted by now. Comes twice a second, or once where links are many. */
  count(report: ShimReport): void {
    const nowMs = performance.now()
    this.#traffic.look(report)
    const restedMs = nowMs - this.#tempoMs
    if (this.#tempo.busy || restedMs >= QUIET_TEMPO_MS - SLACK_MS) {
      this.#tempoMs = nowMs
      const hosts = this.#run.processViews().map(({ id }) => [id, this.#run.cluster.hostStatus(id)] as const)
      const counts = { ...this.#tempo.take(), ...this.#traffic.takeTotal(), sent: this.#sent.take(hosts) }
      this.#tell({ type: 'tempo', ms: Math.round(restedMs), ...counts })
    }
    const gatheredMs = nowMs - this.#trafficMs
    if (gatheredMs < TRAFFIC_MS - SLACK_MS) return
    this.#trafficMs = nowMs
    this.#tell({ type: 'traffic', ms: Math.round(gatheredMs), ...this.#traffic.takeLinks() })
  }

  /** A command named these keys. */
  mention(keys: readonly string[]): void {
    this.#ring.mention(keys)
  }

  close(): void {
    clearInterval(this.#timer)
    this.#messages.close()
    for (const unlisten of this.#unlisten) unlisten()
  }

  #clusterNow(): Extract<Sample, { type: 'cluster' }> | null {
    const { leader, term, facts = null } = this.#run.summary()
    const { state, uncertain, spare, why } = this.#run.health.foreseen
    const sample = {
      type: 'cluster',
      leader,
      term,
      facts,
      predicted: { state, uncertain, spare, why },
      why: this.#run.health.observed.why,
      faults: this.#run.faults(),
    } as const
    const said = JSON.stringify(sample)
    if (said === this.#cluster) return null
    this.#cluster = said
    return sample
  }

  #tell(sample: Sample | null): void {
    if (sample !== null) tellSample(this.#events, sample)
  }
}
