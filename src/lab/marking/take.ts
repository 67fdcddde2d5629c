/** From a student's text to a lab that runs, with the reason for each block that cannot be taken. */
import { labContext } from '../lab-files.ts'
import { parseLab } from '../language/lab-file.ts'
import { describeLabProblem, type Lab, type LabBlock } from '../language/lab-types.ts'
import { nearest } from '../language/nearest.ts'
import { type Allowance, namesOf, objection, wordsOf } from './allowed.ts'
import { type Combined, combine } from './combine.ts'
import type { Key } from './key.ts'
import { type TodoFence, todoFences } from './todo-fences.ts'
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
  /** The id of the todo it is about; null: of the lab as a whole. */
  readonly todo: string | null
  readonly text: string
}

/** A block that cannot be taken stays empty, and the others still count; each round takes one away at least, so it ends. */
export function takeBlocks(key: Key, file: string, text: string): Taken {
  const { source, todos } = key
  const own = todoFences(text)
  const refused = new Map<string, string>()
  const refuse = (id: string, why: string): void => {
    const name = todos.find((todo) => todo.id === id)?.name ?? id
    if (!refused.has(name)) refused.set(name, why)
  }
  const bodies = new Map<string, TodoFence>()
  for (const { id } of todos) {
    const found = own.filter((todo) => todo.id === id)
    const [first] = found
    if (first === undefined) refuse(id, `${file} has no block lab todo ${id}`)
    else if (found.length > 1)
      refuse(id, `${file} has ${found.length} blocks lab todo ${id} (lines ${found.map(({ fence }) => fence.line).join(', ')})`)
    else if (!first.fence.closed) refuse(id, `${placeText({ file, line: first.fence.line })}: this block is never closed`)
    else bodies.set(id, first)
  }
  for (;;) {
    const combined = combine({ ...source, todos }, file, bodies)
    const { lab, objections } = readCombined(key, combined)
    const before = bodies.size
    for (const { todo, text: why } of objections) {
      if (todo === null) continue
      bodies.delete(todo)
      refuse(todo, why)
    }
    if (bodies.size < before) continue
    for (const { text: why } of objections) for (const { id } of todos) refuse(id, why)
    const nothing = todos.every(({ name }) => refused.has(name))
    return { ...combined, lab: nothing ? null : lab, refused, unknown: unknownBlocks(key, file, own) }
  }
}

/** What the grammar says against it, or else what the rules for students do. */
function readCombined(key: Key, { text, origins }: Combined): { readonly lab: Lab | null; readonly objections: readonly Objection[] } {
  const { source } = key
  const about = (line: number, message: string, near?: string): Objection => {
    const { todo, ...place } = origins[line - 1] ?? { file: source.file, line, todo: null }
    return { todo, text: describeLabProblem({ ...place, message, ...(near === undefined ? {} : { nearest: near }) }) }
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

function unknownBlocks({ todos }: Key, file: string, own: readonly TodoFence[]): Map<string, string> {
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
