/** What a student's block may not say: words that change what is judged, instead of what the cluster does. */
import type { ParsedCommand } from '../language/ast.ts'
import type { LabBlock } from '../language/lab-types.ts'

/** Words that the key's own block uses are the student's too. */
export interface Allowance {
  readonly words: ReadonlySet<string>
  /** Names that the key gives outside the student's blocks. */
  readonly names: ReadonlySet<string>
}

const RESERVED: Readonly<Record<string, string>> = {
  reset: 'the cluster, its settings and its seed are given',
  set: 'the settings are given',
  mark: 'where counting begins is given',
  after: 'it would go on beyond this block; "at" waits inside it',
  run: 'it runs another lab',
  save: 'it writes a file',
  quit: 'the lab ends by itself',
}

/** Data goes on behind the back of a block, and its answer is judged all the same. */
const MAY_GO_ON = new Set(['put', 'get', 'del', 'cas', 'add', 'mul', 'append', 'resolve'])

/** What is wrong with the command, or null. */
export function objection(command: ParsedCommand, allowance: Allowance): string | null {
  const chain = chainOf(command)
  for (const each of chain) {
    const why = Object.hasOwn(RESERVED, each.name) ? RESERVED[each.name] : undefined
    if (why !== undefined && !allowance.words.has(each.name)) return `${each.name} does not belong in this block: ${why}`
    if (each.name === 'let' && allowance.names.has(each.variable)) return `$${each.variable} is named by the lab; take another name`
    if (wantsViolation(each) && !allowance.words.has(VIOLATION)) return 'that a promise is broken only the lab itself may expect'
  }
  const last = chain.at(-1) ?? command
  if (command.background && !MAY_GO_ON.has(last.name) && !allowance.words.has('&'))
    return `${last.name} & would go on beyond this block; only data commands may`
  return null
}

/** What a block of the key uses, for `Allowance`. */
export function wordsOf({ steps }: LabBlock): string[] {
  return steps.flatMap(({ command }) => {
    const chain = chainOf(command)
    return [...chain.map(({ name }) => name), ...(command.background ? ['&'] : []), ...(chain.some(wantsViolation) ? [VIOLATION] : [])]
  })
}

export function namesOf({ steps }: LabBlock): string[] {
  return steps.flatMap(({ command }) => chainOf(command).flatMap((each) => (each.name === 'let' ? [each.variable] : [])))
}

const VIOLATION = 'expect not'

/** A lab that expects a broken promise passes by it (see `suite-checks.ts`), so a student must not be able to say so. */
function wantsViolation(command: ParsedCommand): boolean {
  if (command.name !== 'expect' && command.name !== 'always') return false
  const { not, claim } = command.expectation
  return not && claim.kind === 'statement' && (claim.statement.kind === 'verdict' || claim.statement.kind === 'live')
}

/** `at 3s kill n1` is both. */
function chainOf(command: ParsedCommand): readonly ParsedCommand[] {
  return 'command' in command && (command.name === 'at' || command.name === 'after' || command.name === 'every')
    ? [command, ...chainOf(command.command)]
    : [command]
}
