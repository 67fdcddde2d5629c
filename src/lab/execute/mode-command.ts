/** Commands that a mode brought as data and one function: `ring city`, `hints`, `merkle n1 n2`. */
import type { EndpointId } from '../../machine/contract.ts'
import { type Done, fail, Refusal, value } from '../answer.ts'
import { portOf } from '../cluster-port.ts'
import type { ArgValue, ModeCommand } from '../language/ast.ts'
import { nodesOf, type Scope } from '../scope.ts'

type Given = string | number | readonly EndpointId[]

export async function executeModeCommand(scope: Scope, command: ModeCommand): Promise<Done> {
  const { run } = scope
  const spec = run.mode.commands?.find(({ name }) => name === command.word)
  if (spec === undefined) throw new Refusal(`${command.word} is no command of ${run.mode.name}`)
  const args: Record<string, Given> = Object.create(null)
  for (const [name, given] of Object.entries(command.args)) args[name] = await resolved(scope, given)
  const answer = await spec.run(portOf(run), args)
  if (answer.ok) return value(answer.lines.join('\n'))
  if (answer.code === null) throw new Refusal(answer.why)
  return fail(answer.code, answer.why)
}

async function resolved(scope: Scope, given: ArgValue): Promise<Given> {
  if (typeof given === 'string' || typeof given === 'number') return given
  if (isSet(given)) return (await nodesOf(scope, given)).ids
  throw new Error('a mode command takes keys, nodes, counts and words')
}

function isSet(given: ArgValue): given is Extract<ArgValue, { items: unknown }> {
  return typeof given === 'object' && 'items' in given
}
