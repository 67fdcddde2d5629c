/** What a suite hears of its lab besides the answers: stalls, deaths and findings, and datagrams that the machine lost. */
import type { HostLoss, Incident, NamedVerdict, Stall } from '../report/result.ts'
import type { Lab } from './lab.ts'
import type { LabRun } from './language/lab-types.ts'
import type { Run } from './run.ts'
import type { LabEvent } from './types.ts'

/** Kept of those that something explains, and as many that nothing does. */
const MOST_INCIDENTS = 100

export class Witness {
  readonly stalls: Stall[] = []
  readonly incidents: Incident[] = []
  readonly #verdicts = new Map<string, NamedVerdict['verdict']>()
  /** Datagrams by where they were lost. */
  readonly #lost = new Map<string, number>()
  readonly #amnesiac: boolean
  readonly #nowNs: () => number
  #run: Run | null = null

  /** `nowNs` runs through every `reset`, with which a run's own clock starts again. */
  constructor({ parts }: LabRun, nowNs: () => number) {
    const steps = parts.flatMap((part) => (part.kind === 'lab' ? part.steps : []))
    this.#amnesiac = steps.some(({ command }) => /\bwipe\b.*\bamnesiac\b/.test(command.text))
    this.#nowNs = nowNs
  }

  get hostLoss(): readonly HostLoss[] {
    return [...this.#lost].map(([where, datagrams]) => ({ where, datagrams }))
  }

  /** The last word of each check so far. */
  get verdicts(): readonly NamedVerdict[] {
    return [...this.#verdicts].map(([name, verdict]) => ({ name, verdict }))
  }

  /** Answers how to stop listening. */
  attend(lab: Lab): () => void {
    this.#catchUp(lab.run)
    return lab.on('event', (event) => {
      // The first that is heard of a fresh cluster is not the first it said.
      if (lab.run !== this.#run) this.#catchUp(lab.run)
      else this.#hear(lab.run, event)
      const { type, ms, where, name } = event
      const word = type === 'check' ? wordOf(event.verdict) : null
      if (word !== null) this.#verdicts.set(String(name), word)
      if (type === 'stall' && typeof ms === 'number') this.stalls.push({ time: this.#nowNs(), ms, where: String(where) })
    })
  }

  #catchUp(run: Run): void {
    this.#run = run
    for (const event of run.events.recent()) this.#hear(run, event)
  }

  #hear(run: Run, event: LabEvent): void {
    const { type, text = type } = event
    if (type === 'exit') this.#keep('death', text, this.#whyDead(run, String(event.node), event.reason === 'halted'))
    if (type === 'host-loss') this.#count(String(event.where), Number(event.datagrams))
    if (type === 'finding') this.#keep('finding', text, whyUnwell(run))
  }

  #count(where: string, datagrams: number): void {
    this.#lost.set(where, (this.#lost.get(where) ?? 0) + datagrams)
  }

  #keep(kind: Incident['kind'], text: string, explained: string | null): void {
    const alike = this.incidents.filter((one) => (one.explained === null) === (explained === null))
    if (alike.length < MOST_INCIDENTS) this.incidents.push({ time: this.#nowNs(), kind, text, explained })
  }

  /** A halt is a node's own decision, so what the lab did may be its reason; that a process crashes no command asks for. */
  #whyDead(run: Run, node: string, halted: boolean): string | null {
    if (run.options.bug !== 'none') return `the known-bad variant ${run.options.bug}`
    if (!halted) return null
    if (this.#amnesiac) return 'wipe amnesiac, which breaks the rules on purpose'
    if (run.options.sync === 'never') return 'sync=never, which promises what no disk holds'
    return run.damaged.get(node) ?? null
  }
}

function wordOf(verdict: unknown): NamedVerdict['verdict'] | null {
  const word = typeof verdict === 'object' && verdict !== null && 'verdict' in verdict ? verdict.verdict : null
  return word === 'valid' || word === 'invalid' || word === 'unknown' ? word : null
}

/** What the faults allow is predicted without these two. */
function whyUnwell({ options, changed }: Run): string | null {
  if (options.bug !== 'none') return `the known-bad variant ${options.bug}`
  return changed.length === 0 ? null : `the lab set ${changed.map(({ name, value }) => `${name}=${value}`).join(' ')}`
}
