/** What happened, in the order of `events.jsonl`: everything a page tells but the messages, in memory that does not grow with the length of the run. */
import type { HealthState } from '../../modes/mode.ts'
import { withoutStart } from '../../stream/ribbon.ts'
import { AskedChecks } from './asked-checks.ts'
import type { Budget } from './budget.ts'
import { Changes } from './changes.ts'
import { type Fields, fieldsOf, listOf, numberOf, textOf } from './json-lines.ts'
import { NodeLanes } from './lanes.ts'
import { merged, Newest } from './newest.ts'
import { historyEventOf } from './operations.ts'
import type { BlockMark, CommandLine, FaultMark, HealthStretch, LeaderStretch, Story, ToldEvent } from './types.ts'

/** A lab file has fewer. */
const MOST_BLOCKS = 1_000
/** Lines that stand for what went wrong or was judged: no flood of others pushes them out. */
const APART = ['exit', 'finding', 'check'] as const
const HEALTH: readonly string[] = ['healthy', 'degraded', 'unhealthy']
const STATUS: readonly string[] = ['begun', 'passed', 'failed', 'unknown', 'skipped']
const VERDICTS: readonly string[] = ['valid', 'invalid', 'unknown']

interface Asked {
  readonly atNs: number
  line: CommandLine
}

export class StoryTeller {
  readonly #most: number
  readonly #lanes: NodeLanes
  readonly #leaders: Changes<LeaderStretch>
  readonly #observed: Changes<HealthStretch>
  readonly #predicted: Changes<HealthStretch>
  readonly #marks: Newest<FaultMark>
  readonly #counts = { fault: 0, undone: 0 }
  readonly #told: Newest<ToldEvent>
  readonly #apart: Readonly<Record<(typeof APART)[number], Newest<ToldEvent>>>
  /** What people typed is not pushed out by what chaos did. */
  readonly #commands: { readonly typed: Newest<Asked>; readonly others: Newest<Asked> }
  /** Not answered yet, by time and text. */
  readonly #open = new Map<string, Asked>()
  readonly #blocks = new Newest<BlockMark>(MOST_BLOCKS)
  readonly #checks = new AskedChecks()
  #started: Story['started'] = { mode: '', nodes: 0, seed: null, bug: 'none', settings: {} }
  #tolerates: number | null = null
  #lastNs = 0

  constructor({ changes, lines }: Pick<Budget, 'changes' | 'lines'>) {
    const sameState = (a: HealthStretch, b: HealthStretch): boolean => a.state === b.state
    this.#most = lines
    this.#lanes = new NodeLanes(changes)
    this.#leaders = new Changes<LeaderStretch>((a, b) => a.leader === b.leader && a.term === b.term, changes)
    this.#observed = new Changes(sameState, changes)
    this.#predicted = new Changes(sameState, changes)
    this.#marks = new Newest(lines)
    this.#told = new Newest(lines)
    this.#apart = { exit: new Newest(lines), finding: new Newest(lines), check: new Newest(lines) }
    this.#commands = { typed: new Newest(lines), others: new Newest(lines) }
  }

  hear(event: Fields): void {
    const atNs = numberOf(event.time)
    const type = textOf(event.type)
    if (atNs === null || type === null) return
    this.#lastNs = Math.max(this.#lastNs, atNs)
    const told = toldIn(event)
    if (told !== null) this.#listOf(type).push(told)
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
    const { typed, others } = this.#commands
    const told = [this.#told, ...Object.values(this.#apart)]
    const changes = [this.#lanes, this.#leaders, this.#observed, this.#predicted]
    return {
      started: this.#started,
      tolerates: this.#tolerates,
      lanes: this.#lanes.all(this.#started.nodes),
      leaders: this.#leaders.all,
      observed: withoutStart({ ribbon: this.#observed.all, marks: this.#marks.all, nowNs: this.#lastNs }),
      predicted: this.#predicted.all,
      changesLeft: sumOf(changes),
      marks: this.#marks.all,
      marksLeft: this.#marks.left,
      faults: this.#counts.fault,
      told: merged(...told.map(({ all }) => all)),
      toldLeft: sumOf(told),
      commands: merged(typed.all, others.all).map(({ line }) => line),
      commandsLeft: sumOf([typed, others]),
      blocks: this.#blocks.all,
      blocksLeft: this.#blocks.left,
      checks: this.#checks.all,
      checksLeft: this.#checks.left,
      drawn: this.#lanes.drawn,
      lastNs: this.#lastNs,
    }
  }

  #listOf(type: string): Newest<ToldEvent> {
    const apart = APART.find((one) => one === type)
    return apart === undefined ? this.#told : this.#apart[apart]
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
    this.#counts[kind] += 1
    this.#marks.push({ atNs, kind, text: textOf(event.command) ?? textOf(event.text) ?? kind })
  }

  #command(event: Fields, atNs: number): void {
    const text = textOf(event.text)
    if (text === null) return
    const author = textOf(event.author) ?? 'person'
    const asked: Asked = { atNs, line: { atNs, text, author, answer: null } }
    this.#commands[author === 'person' ? 'typed' : 'others'].push(asked)
    this.#open.set(`${atNs} ${text}`, asked)
    const [oldest] = this.#open.keys()
    if (this.#open.size > 2 * this.#most && oldest !== undefined) this.#open.delete(oldest)
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
    if (heading === null || typeof status !== 'string' || !isStatus(status)) return
    this.#blocks.push({ atNs, line: numberOf(line) ?? 0, heading, status })
  }

  #check(event: Fields, atNs: number): void {
    const name = textOf(event.name)
    const verdict = fieldsOf(event.verdict)
    if (name === null || verdict === null || typeof verdict.verdict !== 'string' || !isVerdict(verdict.verdict)) return
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

/** The line for people that an event brings, if any. */
export function toldIn(event: Fields): ToldEvent | null {
  const [atNs, type, text] = [numberOf(event.time), textOf(event.type), textOf(event.text)]
  // A command stands among the commands.
  if (atNs === null || type === null || text === null || type === 'command') return null
  return { atNs, type, text, node: textOf(event.node) }
}

function sumOf(lists: readonly { readonly left: number }[]): number {
  return lists.reduce((sum, { left }) => sum + left, 0)
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
