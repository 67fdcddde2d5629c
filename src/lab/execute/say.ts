/** let expect always mark set: what a person says about the cluster. */
import type { AlwaysWatch } from '../always.ts'
import { type Done, ok, Refusal } from '../answer.ts'
import { executeExpect } from '../expectations.ts'
import { readingOf } from '../facts.ts'
import type { SayCommand, SettingChange } from '../language/ast.ts'
import { nodesOf, type Scope } from '../scope.ts'

export async function executeSay(scope: Scope, command: SayCommand, always: AlwaysWatch): Promise<Done> {
  const { run, session } = scope
  switch (command.name) {
    case 'let':
      return remember(scope, command)
    case 'expect':
      return executeExpect(scope, command.expectation)
    case 'always':
      await always.arm(command.expectation)
      return ok('armed until the end')
    case 'mark':
      session.setMark(run.clock.nowNs(), await run.passedMessages())
      return ok('counts and the ribbon start here')
    case 'set':
      refuseUnfit(scope, command.settings)
      for (const { name, value } of command.settings) await run.set(name, value)
      return ok(command.settings.map(({ name, value }) => `${name}=${value}`).join(' '))
  }
}

/** Each is right alone; together, and with those in force, they may not be. */
function refuseUnfit({ run }: Scope, changes: readonly SettingChange[]): void {
  const wanted = { ...run.settings, ...Object.fromEntries(changes.map(({ name, value }) => [name, value])) }
  const why = run.mode.refuse?.(wanted, run.cluster.ids.length) ?? null
  if (why !== null) throw new Refusal(why)
}

async function remember(scope: Scope, command: Extract<SayCommand, { name: 'let' }>): Promise<Done> {
  const { session } = scope
  if (command.value.kind === 'set') {
    const { ids } = await nodesOf(scope, command.value.set)
    session.variables.set(command.variable, ids)
    return ok(`$${command.variable} is ${ids.join(' ')}`)
  }
  const [observation, ...more] = await (await readingOf(scope, command.value.fact))()
  if (observation === undefined || more.length > 0) throw new Refusal('let takes one value; name one node')
  if (observation.silent !== undefined) throw new Refusal(`${observation.of} cannot be told: ${observation.silent}`)
  session.variables.set(command.variable, observation.value)
  return ok(`$${command.variable} is ${observation.value ?? 'none'}`)
}
