/** `splitbrain mark`: students' solutions against the teacher's key. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { toCsv } from '../../lab/marking/csv.ts'
import { markTable, studentLines } from '../../lab/marking/text.ts'
import { UsageError } from '../../lab/usage-error.ts'
import { exit, strongestExit } from '../../report/outcome.ts'
import { type Context, interruptible, line, type Output, room } from '../context.ts'
import type { MarkFlags } from './mark-flags.ts'

export async function markCommand(context: Context, solutions: readonly string[], flags: MarkFlags): Promise<number> {
  if (flags.blank !== undefined) return blank(context, flags.blank, solutions)
  const { key, csv } = flags
  if (solutions.length === 0) throw new UsageError('whose solutions? splitbrain mark SOLUTIONS… --key LAB.md --csv FILE')
  if (key === undefined) throw new UsageError('--key LAB.md says what the solutions are held against')
  if (csv === undefined) throw new UsageError('--csv FILE says where the marks go; - is standard output')
  // With data on standard output everything for people goes to the other one.
  const people = csv === '-' ? context.stderr : context.stdout
  const request = {
    solutions,
    key,
    csv: csv === '-' ? null : csv,
    seedFromName: flags.seedFrom === 'name',
    jobs: flags.jobs,
    patience: flags.patience,
  }
  const markLabs = room(context, 'markLabs')
  const result = await interruptible(context, (signal) => markLabs(request, (student) => print(people, studentLines(student)), signal))
  print(people, markTable(result))
  return strongestExit([result.code, writeMarks(context, toCsv(result.rows), request.csv)])
}

/** Marks that took an hour are not lost because a disk is full. */
function writeMarks(context: Context, text: string, file: string | null): number {
  if (file !== null) {
    try {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
      return exit.passed
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      line(context.stderr, `splitbrain: ${file} cannot be written: ${reason}; the marks follow on standard output`)
    }
  }
  context.stdout.write(text)
  return file === null ? exit.passed : exit.environment
}

async function blank(context: Context, key: string, solutions: readonly string[]): Promise<number> {
  if (solutions.length > 0) throw new UsageError('--blank KEY writes a handout, and takes no solutions')
  context.stdout.write(await room(context, 'blankLab')(key))
  return exit.passed
}

function print(output: Output, lines: readonly string[]): void {
  for (const text of lines) line(output, text)
}
