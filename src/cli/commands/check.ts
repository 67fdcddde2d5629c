/** `splitbrain check HISTORY.jsonl --model NAME`: a verdict on a recorded history. */
import type { Verdict } from '../../check/types.ts'
import { exit } from '../../report/outcome.ts'
import { type Context, line, room } from '../context.ts'
import { UsageError } from '../errors.ts'
import { unknownWord } from '../suggest.ts'

/** A verdict by hand may take longer than one at the end of a lab. */
const LIMITS = { timeMs: 60_000, configurations: 5_000_000 } as const

const codes: Readonly<Record<Verdict['verdict'], number>> = { valid: exit.passed, invalid: exit.failed, unknown: exit.unknown }

export async function checkCommand(context: Context, file: string, model: string): Promise<number> {
  const checkers = await room(context, 'checkers')()
  const checker = checkers.find((one) => one.name === model)
  if (checker === undefined) {
    const names = checkers.map((one) => one.name)
    throw new UsageError(`${unknownWord('model', model, names)} (${names.join(', ')})`)
  }
  const history = await room(
    context,
    'loadHistory',
  )(file).catch((cause: unknown) => {
    throw new UsageError(cause instanceof Error ? cause.message : `${file} cannot be read`, { cause })
  })
  const verdict = checker.check(history, LIMITS)
  line(context.stdout, `${model}: ${verdict.verdict}: ${verdict.why}`)
  for (const event of verdict.witness) line(context.stdout, JSON.stringify(event))
  return codes[verdict.verdict]
}
