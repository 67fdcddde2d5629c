/** What happened, in the order of `events.jsonl`: everything a page tells but the messages, in memory that does not grow with the length of the run. */
import type { HealthState } from '../../modes/mode.ts'
import { Changes } from './changes.ts'
import { type Fields, fieldsOf, listOf, numberOf, textOf } from './json-lines.ts'
import { NodeLanes } from './lanes.ts'
import { historyEventOf } from './operations.ts'
import type { BlockMark, CommandLine, FaultMark, HealthStretch, LeaderStretch, Story, ToldEvent } from './types.ts'

const MOST_TOLD = 1_500
const MOST_COMMANDS = 1_000
const MOST_MARKS = 2_000
const MOST_BLOCKS = 500
const MOST_CHECKS = 100
const HEALTH: readonly string[] = ['healthy', 'degraded', 'unhealthy']
const STATUS: readonly string[] = ['begun', 'passed', 'failed', 'unknown', 'skipped']
const VERDICTS: readonly string[] = ['valid', 'invalid', 'unknown']

export class StoryTeller {
  readonly #lanes = new NodeLanes()
  readonly #leaders = new Changes<LeaderStretch>((a, b) => a.leader === b.leader && a.term === b.term)
  readonly #observed = new Changes<HealthStretch>((a, b) => a.state === b.state)
  readonly #predicted = new Changes<HealthStretch>((a, b) => a.state === b.state)
  readonly #marks: FaultMark[] = []
  readonly #told: ToldEvent[] = []
  readonly #commands: { line: CommandLine }[] = []
  /** Not answered yet, by time and text. */
  readonly #open = new Map<string, { line: CommandLine }>()
  readonly #blocks: BlockMark[] = []
  readonly #checks: Story['checks'][number][] = []
  #started: Story['started'] = { mode: '', nodes: 0, seed: null, bug: 'none', settings: {} }
  #tolerates: number | null = null
  #toldLeft = 0
  #commandsLeft = 0
  #lastNs = 0

  hear(event: Fields): void {
    const atNs = numberOf(event.time)
    const type = textOf(event.type)
    if (atNs === null || type === null) return
    this.#lastNs = Math.max(this.#lastNs, atNs)
    this.#tell(event, type, atNs)
    switch (type) {
      case 'started':
        this.#start(event)
        break
      case 'faces':
        this.#lanes.faces(atNs, event)
        break
      case 'cluster':
        this.#cluster(event, atNs)
        break
      case 'health':
        this.#health(event, atNs)
        break
      case 'fault':
      case 'undone':
        this.#mark(type, event, atNs)
        break
      case 'command':
        this.#command(event, atNs)
        break
      case 'answer':
        this.#answer(event, atNs)
        break
      case 'block':
        this.#block(event, atNs)
        break
      case 'check':
        this.#check(event, atNs)
        break
    }
  }

  story(): Story {
    return {
      started: this.#started,
      tolerates: this.#tolerates,
      lanes: this.#lanes.all(this.#started.nodes),
      leaders: this.#leaders.all,
      observed: this.#observed.all,
      predicted: this.#predicted.all,
      marks: this.#marks,
      told: this.#told,
      toldLeft: this.#toldLeft,
      commands: this.#commands.map(({ line }) => line),
      commandsLeft: this.#commandsLeft,
      blocks: this.#blocks,
      checks: this.#checks,
      drawn: this.#lanes.drawn,
      lastNs: this.#lastNs,
    }
  }

  #tell(event: Fields, type: string, atNs: number): void {
    const text = textOf(event.text)
    // A command stands among the commands.
    if (text === null || type === 'command') return
    if (this.#told.length < MOST_TOLD) this.#told.push({ atNs, type, text, node: textOf(event.node) })
    else this.#toldLeft += 1
  }

  #start(event: Fields): void {
    this.#started = {
      mode: textOf(event.mode) ?? '',
      nodes: numberOf(event.nodes) ?? 0,
      seed: numberOf(event.seed),
      bug: textOf(event.bug) ?? 'none',
      settings: texts(fieldsOf(event.settings)),
    }
    this.#tolerates = numberOf(event.tolerates)
    // What was observed while the cluster started, before anybody listened.
    const observed = fieldsOf(event.observed)
    const state = stateOf(observed?.state)
    if (state !== null && this.#observed.last === undefined)
      this.#observed.push({ fromNs: numberOf(observed?.since) ?? 0, state, why: textOf(observed?.why) ?? '' })
  }

  #cluster(event: Fields, atNs: number): void {
    this.#leaders.push({ fromNs: atNs, leader: textOf(event.leader), term: numberOf(event.term) })
    const predicted = fieldsOf(event.predicted)
    const state = stateOf(predicted?.state)
    if (state !== null) this.#predicted.push({ fromNs: atNs, state, why: textOf(predicted?.why) ?? '' })
  }

  #health(event: Fields, atNs: number): void {
    const state = stateOf(event.state)
    if (state === null) return
    const stretch = { fromNs: numberOf(event.fromNs) ?? atNs, state, why: textOf(event.why) ?? '' }
    if (event.which === 'predicted') this.#predicted.push(stretch)
    else this.#observed.push(stretch)
  }

  #mark(kind: 'fault' | 'undone', event: Fields, atNs: number): void {
    if (this.#marks.length >= MOST_MARKS) return
    this.#marks.push({ atNs, kind, text: textOf(event.command) ?? textOf(event.text) ?? kind })
  }

  #command(event: Fields, atNs: number): void {
    const text = textOf(event.text)
    if (text === null) return
    if (this.#commands.length >= MOST_COMMANDS) {
      this.#commandsLeft += 1
      return
    }
    const kept = { line: { atNs, text, author: textOf(event.author) ?? 'person', answer: null } }
    this.#commands.push(kept)
    this.#open.set(`${atNs} ${text}`, kept)
  }

  #answer(event: Fields, atNs: number): void {
    const command = textOf(event.command)
    const answer = fieldsOf(event.answer)
    if (command === null || answer === null) return
    const since = `${numberOf(event.sinceNs)} ${command}`
    const asked = this.#open.get(since)
    if (asked === undefined) return
    this.#open.delete(since)
    asked.line = { ...asked.line, answer: { atNs, status: textOf(answer.status) ?? 'unknown', text: answerText(answer) } }
  }

  #block(event: Fields, atNs: number): void {
    const { status, line } = event
    const heading = textOf(event.heading)
    if (heading === null || typeof status !== 'string' || !isStatus(status) || this.#blocks.length >= MOST_BLOCKS) return
    this.#blocks.push({ atNs, line: numberOf(line) ?? 0, heading, status })
  }

  #check(event: Fields, atNs: number): void {
    const name = textOf(event.name)
    const verdict = fieldsOf(event.verdict)
    if (name === null || verdict === null || typeof verdict.verdict !== 'string' || !isVerdict(verdict.verdict)) return
    if (this.#checks.length >= MOST_CHECKS) this.#checks.shift()
    this.#checks.push({
      atNs,
      name,
      verdict: verdict.verdict,
      why: textOf(verdict.why) ?? '',
      witness: listOf(verdict.witness)
        .map((line) => historyEventOf(fieldsOf(line)))
        .filter((line) => line !== null),
      operations: numberOf(verdict.operations) ?? 0,
      open: numberOf(verdict.open) ?? 0,
      rows: listOf(verdict.rows).map((row) => listOf(row).map(String)),
    })
  }
}

/** As a terminal would print it: `ok killed n3; undo: restart n3`, or the value alone. */
function answerText(answer: Fields): string {
  const { status, code, text, value } = answer
  if (status === 'ok' && value !== undefined) return value === null ? 'none' : String(value)
  const words = [textOf(status) ?? '', textOf(code)].filter((word) => word !== null && word !== '').join(' ')
  const why = textOf(text)
  if (why === null) return words
  return status === 'ok' ? `${words} ${why}` : `${words}: ${why}`
}

function stateOf(value: unknown): HealthState | null {
  return typeof value === 'string' && HEALTH.includes(value) ? (value as HealthState) : null
}

function isStatus(value: string): value is BlockMark['status'] {
  return STATUS.includes(value)
}

function isVerdict(value: string): value is 'valid' | 'invalid' | 'unknown' {
  return VERDICTS.includes(value)
}

function texts(fields: Fields | null): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields ?? {}).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])))
}
