/** `splitbrain check HISTORY.jsonl --model NAME`: a verdict on a recorded history. */
import { table } from '../../check/table.ts'
import type { Verdict } from '../../check/types.ts'
import { UsageError } from '../../lab/usage-error.ts'
import { exit } from '../../report/outcome.ts'
import { type Context, line, room } from '../context.ts'
import { unknownWord } from '../suggest.ts'

const codes: Readonly<Record<Verdict['verdict'], number>> = { valid: exit.passed, invalid: exit.failed, unknown: exit.unknown }

export async function checkCommand(context: Context, file: string, model: string): Promise<number> {
  const models = await room(context, 'models')()
  if (!models.includes(model)) throw new UsageError(`${unknownWord('model', model, models)} (${models.join(', ')})`)
  const verdict = await room(context, 'checkHistory')(file, model)
  line(context.stdout, `${model}: ${verdict.verdict}: ${verdict.why}`)
  for (const row of table(verdict.rows ?? [])) line(context.stdout, `  ${row}`)
  for (const event of verdict.witness) line(context.stdout, JSON.stringify(event))
  return codes[verdict.verdict]
}
