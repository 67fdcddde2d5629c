/** From a student's text to a lab that runs, with the reason for each block that cannot be taken. */
import { nodeIds } from '../../machine/ids.ts'
import { labContext } from '../lab-files.ts'
import { parseLab } from '../language/lab-file.ts'
import { describeLabProblem, type Lab, type LabBlock } from '../language/lab-types.ts'
import { type Fence, readSteps } from '../language/markdown.ts'
import { nearest } from '../language/nearest.ts'
import { parseLine } from '../language/parse.ts'
import { type Allowance, namesOf, objection, wordsOf } from './allowed.ts'
import { type Combined, combine } from './combine.ts'
import { type ExerciseFence, todoFences } from './exercise-fences.ts'
import type { Key } from './key.ts'
import { placeText } from './types.ts'

export interface Taken extends Combined {
  /** Null when there is nothing to run. */
  readonly lab: Lab | null
  /** Names of the key's todos that get no points, and why. */
  readonly refused: ReadonlyMap<string, string>
  /** Blocks that the key does not know, and why they count for nothing. */
  readonly unknown: ReadonlyMap<string, string>
}

interface Objection {
  /** The todo that is at fault, or the check that cannot be read without what a todo should have said; null: the lab as a whole. */
  readonly block: ExerciseFence | null
  readonly text: string
}

/** A block that cannot be taken stays empty, and the others still count; each round refuses one more at least, so it ends. */
export function takeBlocks(key: Key, file: string, text: string): Taken {
  const own = todoFences(text)
  const bodies = new Map<string, ExerciseFence>()
  const refused = new Map<string, string>()
  const refuse = (name: string, why: string): void => {
    if (!refused.has(name)) refused.set(name, why)
  }
  for (const { id, name } of key.todos) {
    const found = ownBlock(own, id, file)
    const why = typeof found === 'string' ? found : plainObjection(key, found, file)
    if (why !== null) refuse(name, why)
    else if (typeof found !== 'string') bodies.set(id, found)
  }
  for (;;) {
    const combined = combine(key, { file, bodies, refused })
    const { lab, objections } = readCombined(key, combined)
    const before = refused.size
    for (const { block, text: why } of objections) if (block !== null) refuse(block.name, why)
    if (refused.size > before) continue
    for (const { text: why } of objections) for (const { name } of key.todos) refuse(name, why)
    const nothing = key.todos.every(({ name }) => refused.has(name))
    return { ...combined, lab: nothing ? null : lab, refused, unknown: unknownBlocks(key, file, own) }
  }
}

/** The student's block, or why there is none. */
function ownBlock(own: readonly ExerciseFence[], id: string, file: string): ExerciseFence | string {
  const found = own.filter((todo) => todo.id === id)
  const [first] = found
  if (first === undefined) return `${file} has no block lab todo ${id}`
  const lines = found.map(({ fence }) => fence.line).join(', ')
  if (found.length > 1) return `${file} has ${found.length} blocks lab todo ${id} (lines ${lines})`
  const at = placeText({ file, line: first.fence.line })
  if (!first.fence.closed) return `${at}: this block is never closed`
  return isEmpty(first.fence) ? `${at}: nothing is filled in` : first
}

/** A bound alone (`expect faults <= 3`) would hold of nothing. */
function isEmpty(fence: Fence): boolean {
  const { steps, stray } = readSteps(fence)
  return stray.length === 0 && steps.every(({ source }) => /^\s*(?:#|$)/.test(source))
}

/**
 * Against a line that says by itself what it may not, or null: before the blocks are read one after the other, since a `reset nodes=3` makes
 * the next block speak of nodes that are not there.
 */
function plainObjection(key: Key, { name, fence }: ExerciseFence, file: string): string | null {
  const allowance = allowanceOf(key, name)
  const language = key.source.lab.runs.flatMap(({ mode, nodes }) => {
    const words = labContext.modes.find((one) => one.name === mode)
    return words === undefined ? [] : [{ ...labContext, mode: words, nodes: nodeIds(nodes), variables: [] }]
  })[0]
  if (language === undefined) return null
  for (const { line, source } of readSteps(fence).steps) {
    const parsed = parseLine(source, language)
    const message = parsed.ok ? objection(parsed.command, allowance) : null
    if (parsed.ok && message !== null) return describeLabProblem({ file, line, message: `${parsed.command.text}: ${message}` })
  }
  return null
}

/** What the grammar says against it, or else what the rules for students do. */
function readCombined(key: Key, { text, origins }: Combined): { readonly lab: Lab | null; readonly objections: readonly Objection[] } {
  const { source } = key
  const about = (line: number, message: string, near?: string): Objection => {
    const { block, ...place } = origins[line - 1] ?? { file: source.file, line, block: null }
    return { block, text: describeLabProblem({ ...place, message, ...(near === undefined ? {} : { nearest: near }) }) }
  }
  const parsed = parseLab(text, source.file, labContext)
  if (!parsed.ok) return { lab: null, objections: parsed.problems.map((one) => about(one.line, one.message, one.nearest)) }
  const objections = blocksOf(parsed.lab).flatMap((block) => {
    if (block.role.kind !== 'todo') return []
    const allowance = allowanceOf(key, block.role.name)
    return block.steps.flatMap(({ line, command }) => {
      const message = objection(command, allowance)
      return message === null ? [] : [about(line, `${command.text}: ${message}`)]
    })
  })
  return { lab: parsed.lab, objections }
}

function allowanceOf({ source: { lab } }: Key, name: string): Allowance {
  const blocks = blocksOf(lab)
  const own = blocks.filter(({ role }) => role.kind === 'todo' && role.name === name)
  return {
    words: new Set(own.flatMap(wordsOf)),
    names: new Set(blocks.filter(({ role }) => role.kind !== 'todo').flatMap(namesOf)),
  }
}

function blocksOf({ runs }: Lab): LabBlock[] {
  return runs.flatMap(({ parts }) => parts.filter((part): part is LabBlock => part.kind === 'lab'))
}

function unknownBlocks({ todos }: Key, file: string, own: readonly ExerciseFence[]): Map<string, string> {
  const known = todos.map(({ id }) => id)
  const others = own.filter(({ id }) => !known.includes(id))
  return new Map(
    others.map(({ id, fence }) => {
      const close = nearest(id, known)
      const hint = close === undefined ? '' : `. Did you mean ${close}?`
      return [id, `${placeText({ file, line: fence.line })}: the key has no block lab todo ${id}${hint}`]
    }),
  )
}
