/** A lab file: Markdown that reads as a lesson. Everything wrong in it is reported at once, each with its line. */
import { nodeIds } from '../../machine/ids.ts'
import type { ParsedCommand } from './ast.ts'
import type { LanguageContext, ModeWords } from './context.ts'
import { type FrontMatter, type Report, readFrontMatter } from './front-matter.ts'
import type { BlockRole, Lab, LabBlock, LabPart, LabProblem, LabRun, LabStep } from './lab-types.ts'
import { LATER_MODES } from './later.ts'
import { type Fence, type Piece, readMarkdown, readSteps } from './markdown.ts'
import { nearest } from './nearest.ts'
import { parseLine } from './parse.ts'
import { readPrediction } from './predict.ts'

export interface LabContext {
  /** All modes there are. */
  readonly modes: readonly ModeWords[]
  /** Checkers by name beyond those of the modes. */
  readonly checkers?: readonly string[]
}

export type LabResult = { readonly ok: true; readonly lab: Lab } | { readonly ok: false; readonly problems: readonly LabProblem[] }

const LONGEST_FILE = 2_000_000

/** Does a folder run take this file: has its front matter a `mode`? */
export function isLabText(text: string): boolean {
  const front = readMarkdown(text.slice(0, LONGEST_FILE))[0]
  return front?.kind === 'front' && /^mode\s*:/m.test(front.text)
}

export function parseLab(text: string, file: string, context: LabContext): LabResult {
  const problems: LabProblem[] = []
  const report: Report = (line, message, near) => {
    if (problems.some((one) => one.line === line && one.message === message)) return
    problems.push(near === undefined ? { file, line, message } : { file, line, message, nearest: near })
  }
  if (text.length > LONGEST_FILE) report(1, `the file has ${text.length} characters; ${LONGEST_FILE} are the most`)
  const lab = problems.length > 0 ? null : readLab(text, file, context, report)
  if (lab !== null && problems.length === 0) return { ok: true, lab }
  return { ok: false, problems: problems.sort((a, b) => a.line - b.line) }
}

function readLab(text: string, file: string, context: LabContext, report: Report): Lab | null {
  const pieces = readMarkdown(text)
  const first = pieces[0]
  if (first?.kind !== 'front') {
    report(1, 'a lab begins with front matter: a line ---, lines like mode: raft, a line ---')
    return null
  }
  if (!first.closed) {
    report(1, 'the front matter is never closed with a line ---')
    return null
  }
  const front = readFrontMatter(first.text, first.line, context.modes, report)
  if (front === null) return null
  const title = front.title ?? headingOf(pieces) ?? file
  const runs = front.runs.map((run) => readRun(run, front, title, pieces, context, report))
  if (!runs.some(({ parts }) => parts.some(({ kind }) => kind === 'lab'))) report(first.line, 'a lab needs a ```lab block with commands')
  const { tags, language, limitMs, checks } = front
  return { file, title, tags, language, limitMs, checks, runs }
}

function headingOf(pieces: readonly Piece[]): string | undefined {
  const heading = pieces.find(({ kind }) => kind === 'heading')
  return heading?.kind === 'heading' ? heading.text : undefined
}

function readRun(
  run: FrontMatter['runs'][number],
  front: FrontMatter,
  title: string,
  pieces: readonly Piece[],
  context: LabContext,
  report: Report,
): LabRun {
  const reader = new RunReader(run.mode, Number(run.settings.nodes ?? 5), context, report)
  const modes = front.runs.map(({ mode }) => mode.name)
  const parts: LabPart[] = []
  const exercise = pieces.some(isTodo)
  let heading = title
  for (const piece of pieces) {
    if (piece.kind === 'heading') heading = piece.text
    if (piece.kind === 'heading' || piece.kind === 'prose') parts.push(piece)
    if (piece.kind !== 'fence') continue
    const word = piece.info.split(/\s+/)[0]
    if ((word === 'lab' || word === 'predict') && !piece.closed) report(piece.line, `this ${word} block is never closed`)
    if (word !== 'predict' && word !== 'lab') parts.push(codeOf(piece))
    if (word === 'predict') parts.push(readPrediction(piece, heading, report, exercise))
    if (word === 'lab') {
      const block = reader.block(piece, heading, modes)
      if (block !== null) parts.push(block)
    }
  }
  reportUnmatchedChecks(parts, report)
  const { seed } = run.settings
  return {
    mode: run.mode.name,
    nodes: Number(run.settings.nodes ?? 5),
    seed: seed === undefined || seed === 'random' ? null : seed,
    settings: run.settings,
    given: run.given,
    parts,
  }
}

/** A block that is no part of the experiment belongs to the prose around it. */
function codeOf({ info, line, body }: Fence): LabPart {
  return { kind: 'prose', text: [`~~~~~~${info}`, ...body, '~~~~~~'].join('\n'), line }
}

/** A block that a student fills in makes an exercise of the file. */
function isTodo(piece: Piece): boolean {
  return piece.kind === 'fence' && /^lab\s(?:\S+\s+)?todo\b/.test(piece.info)
}

function reportUnmatchedChecks(parts: readonly LabPart[], report: Report): void {
  const todos: string[] = []
  for (const part of parts) {
    if (part.kind !== 'lab' || part.role.kind === 'steps') continue
    const { kind, name } = part.role
    if (kind === 'todo' && todos.includes(name)) report(part.line, `there are two blocks lab todo ${name}`)
    if (kind === 'todo') todos.push(name)
    else if (!todos.includes(name)) report(part.line, `lab check ${name} has no lab todo ${name} above it`, nearest(name, todos))
  }
}

const MOST_POINTS = 1000

/** Null: the words do not say. */
function pointsOf(words: readonly string[]): number | null {
  const points = Number(/^points=([1-9]\d{0,3})$/.exec(words[0] ?? '')?.[1] ?? 0)
  return points >= 1 && points <= MOST_POINTS ? points : null
}

/** Reads the blocks of one mode in order, since `let` and `reset nodes=` change what later lines may say. */
class RunReader {
  readonly #mode: ModeWords
  /** The mode whose words are read now: a `reset mode=` changes it. */
  #spoken: ModeWords
  readonly #context: LabContext
  readonly #report: Report
  readonly #variables: string[] = []
  #nodes: readonly string[]
  /** How many nodes a fresh cluster has. */
  #started: number

  constructor(mode: ModeWords, nodes: number, context: LabContext, report: Report) {
    this.#mode = mode
    this.#spoken = mode
    this.#context = context
    this.#report = report
    this.#nodes = nodeIds(nodes)
    this.#started = nodes
  }

  /** Null for a block of another mode. */
  block(fence: Fence, heading: string, modes: readonly string[]): LabBlock | null {
    const [, ...words] = fence.info.split(/\s+/)
    const all = this.#context.modes.map(({ name }) => name)
    const own = words[0] !== undefined && (all.includes(words[0]) || Object.hasOwn(LATER_MODES, words[0])) ? words.shift() : undefined
    if (own !== undefined && !modes.includes(own))
      this.#report(fence.line, `this block is for ${own}, which is not among the lab's modes (${modes.join(', ')})`)
    const role = this.#role(words, fence.line)
    if (own !== undefined && own !== this.#mode.name) return null
    const steps = this.#steps(fence, role.kind === 'todo')
    return { kind: 'lab', line: fence.line, heading, role, steps }
  }

  #role(words: readonly string[], line: number): BlockRole {
    const [kind, name, ...more] = words
    if (kind === undefined) return { kind: 'steps' }
    if (kind !== 'todo' && kind !== 'check') {
      this.#report(
        line,
        `after lab stands a mode, todo NAME or check NAME, not ${kind}`,
        nearest(kind, ['todo', 'check', ...this.#context.modes.map((mode) => mode.name)]),
      )
      return { kind: 'steps' }
    }
    const points = kind === 'check' ? pointsOf(more) : null
    if (name === undefined || more.length > (points === null ? 0 : 1))
      this.#report(line, kind === 'check' ? `lab check takes one name, and points=1 to points=${MOST_POINTS}` : 'lab todo takes one name')
    return kind === 'todo' ? { kind, name: name ?? '' } : { kind, name: name ?? '', points: points ?? 1 }
  }

  #steps(fence: Fence, mayBeEmpty: boolean): LabStep[] {
    const { steps: raw, stray } = readSteps(fence)
    for (const { line, text } of stray) {
      const message = text.startsWith('>')
        ? 'a command line begins with "> ", a blank after the sign'
        : 'this line is neither a command ("> …") nor the answer to one'
      this.#report(line, message)
    }
    const steps: LabStep[] = []
    for (const { line, source, expected } of raw) {
      const parsed = parseLine(source, this.#language())
      if (!parsed.ok) {
        this.#report(line, `${parsed.error.message} (column ${parsed.error.column + 2})`, parsed.error.nearest)
        continue
      }
      if (parsed.command.name === 'nothing') {
        if (expected.length > 0) this.#report(line, 'an answer stands below a comment')
        continue
      }
      this.#learn(parsed.command)
      steps.push({ line, command: parsed.command, expected: expected.map(({ text }) => text) })
    }
    if (raw.length === 0 && stray.length === 0 && !mayBeEmpty)
      this.#report(fence.line, 'this lab block holds no command; commands begin with "> "')
    return steps
  }

  #language(): LanguageContext {
    const { checkers, modes } = this.#context
    const base = { mode: this.#spoken, modes, nodes: this.#nodes, variables: this.#variables }
    return checkers === undefined ? base : { ...base, checkers }
  }

  #learn(command: ParsedCommand): void {
    if (command.name === 'let') this.#variables.push(command.variable)
    if (command.name === 'reset') {
      this.#spoken = this.#context.modes.find(({ name }) => name === command.mode) ?? this.#spoken
      this.#started = command.nodes ?? this.#started
      this.#nodes = nodeIds(this.#started)
    }
    // Whether it comes in, or goes, is known when it runs: a name that may be there is no slip.
    if (command.name === 'join' && typeof command.node === 'string' && !this.#nodes.includes(command.node))
      this.#nodes = [...this.#nodes, command.node]
    if (command.name === 'at') this.#learn(command.command)
  }
}
