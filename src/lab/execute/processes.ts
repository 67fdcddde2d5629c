/** kill restart sleep wake powercut wipe: what may be done to a node in which state, and how it is undone. */
import type { PowerLoss } from '../../cluster/disk-faults.ts'
import type { EndpointId } from '../../machine/contract.ts'
import { byNumber } from '../../machine/ids.ts'
import type { NodeView } from '../../modes/mode.ts'
import { type Done, ok, Refusal } from '../answer.ts'
import { faultChange } from '../faults.ts'
import type { ProcessCommand } from '../language/ast.ts'
import type { Run } from '../run.ts'
import { nodesOf, pause, type ResolvedSet, rememberLast, type Scope } from '../scope.ts'

type State = NodeView['state']

/** LANGUAGE: which states a command works on. */
const APPLIES: Readonly<Record<ProcessCommand['name'], readonly State[]>> = {
  kill: ['live', 'asleep'],
  sleep: ['live'],
  wake: ['asleep'],
  restart: ['live', 'asleep', 'dead'],
  powercut: ['live', 'asleep'],
  wipe: ['live', 'asleep', 'dead'],
}

export async function executeProcess(scope: Scope, command: ProcessCommand): Promise<Done> {
  const resolved = await nodesOf(scope, command.nodes)
  // Whether a command applies is asked when it is its turn: two that meet at one node must not both say they did it.
  return scope.run.turns.take(resolved.ids, () => perform(scope, command, resolved))
}

async function perform(scope: Scope, command: ProcessCommand, resolved: ResolvedSet): Promise<Done> {
  const { run } = scope
  const { targets, skipped } = applicable(scope, command, resolved)
  const names = targets.join(' ')
  const who = targets.map((id) => described(scope, id)).join(' ')
  const price = await apply(run, command, targets)
  // Told once it is so: an event that names a fault must never come before the fault.
  run.faulted(`${command.name} ${names}`)
  if (faultChange(command) === 'fault') rememberLast(scope, targets)
  if (command.name === 'sleep' && command.forMs !== null) void wakeLater(run, targets, command.forMs)
  const notes = skipped.length === 0 ? '' : `; skipped ${skipped.join(', ')}`
  return ok(`${told(command, who)}${price}${notes}${undo(command, names)}`)
}

/** Answers what it cost, in words, for the commands that cost something. */
async function apply({ cluster }: Run, command: ProcessCommand, targets: readonly EndpointId[]): Promise<string> {
  switch (command.name) {
    case 'kill':
      await cluster.kill(targets)
      return ''
    case 'restart':
      await cluster.restart(targets)
      return ''
    case 'sleep':
      await cluster.sleep(targets)
      return ''
    case 'wake':
      await cluster.wake(targets)
      return ''
    case 'powercut':
      return lost(await cluster.powerCut(targets, { torn: command.torn }))
    case 'wipe':
      await cluster.wipe(targets, { amnesiac: command.amnesiac })
      return ''
  }
}

/** What the disks had not yet: the price of the cut. */
function lost(losses: readonly PowerLoss[]): string {
  const bytes = losses.reduce((sum, { lostBytes }) => sum + lostBytes, 0)
  const written = losses.reduce((sum, { writtenBytes }) => sum + writtenBytes, 0)
  return bytes === 0 ? ', nothing was lost' : `, lost ${bytes} of ${written} bytes written`
}

const PAST: Readonly<Record<ProcessCommand['name'], string>> = {
  kill: 'killed',
  restart: 'restarted',
  sleep: 'put to sleep',
  wake: 'woke',
  powercut: 'cut the power of',
  wipe: 'wiped',
}

function told(command: ProcessCommand, who: string): string {
  if (command.name === 'sleep' && command.forMs !== null) return `put to sleep ${who} for ${command.forMs / 1000} s`
  if (command.name === 'wipe' && command.amnesiac) return `wiped ${who}; it will vote as if nothing happened (broken on purpose)`
  return `${PAST[command.name]} ${who}`
}

function undo(command: ProcessCommand, names: string): string {
  switch (command.name) {
    case 'kill':
    case 'powercut':
      return `; undo: restart ${names}`
    case 'wipe':
      return '; the data are gone; restart starts it empty'
    case 'sleep':
      return command.forMs === null ? `; undo: wake ${names}` : ''
    case 'restart':
    case 'wake':
      return ''
  }
}

function applicable(
  scope: Scope,
  command: ProcessCommand,
  resolved: ResolvedSet,
): { readonly targets: readonly EndpointId[]; readonly skipped: readonly string[] } {
  const { run } = scope
  const states = new Map(run.processViews().map((view) => [view.id, view.state]))
  const fits = (id: EndpointId): boolean => APPLIES[command.name].includes(settled(states.get(id)))
  const wrong = resolved.exact.find((id) => !fits(id))
  if (wrong !== undefined) throw new Refusal(`${wrong} is ${states.get(wrong) ?? 'unknown'}${instead(command.name, states.get(wrong))}`)
  const targets = resolved.ids.filter(fits)
  const skipped = resolved.ids.filter((id) => !fits(id)).map((id) => `${id} (${states.get(id)})`)
  if (targets.length === 0) throw new Refusal(`nothing to ${command.name}: ${skipped.join(', ')}`)
  return { targets: [...targets].sort(byNumber), skipped }
}

/** A restarting node is on its way to live and is treated so. */
function settled(state: State | undefined): State {
  return state === 'restarting' ? 'live' : (state ?? 'dead')
}

function instead(name: ProcessCommand['name'], state: State | undefined): string {
  if (state === 'dead' && name !== 'wake') return '; restart it first'
  if (state === 'asleep' && name === 'sleep') return ' already'
  if (state === 'dead' && name === 'wake') return ', not asleep; try restart'
  return ''
}

function described({ run }: Scope, id: EndpointId): string {
  const { leader, term } = run.summary()
  return id === leader && term !== null ? `${id} (leader, term ${term})` : id
}

/** `sleep S for=6s`: those who still sleep then are woken, whichever block it is by then. */
async function wakeLater(run: Run, targets: readonly EndpointId[], forMs: number): Promise<void> {
  await pause(forMs, run.ending)
  const ids = run.processViews().flatMap(({ id, state }) => (state === 'asleep' && targets.includes(id) ? [id] : []))
  if (ids.length === 0 || run.ending.aborted) return
  try {
    await run.cluster.wake(ids)
    run.faulted(`wake ${ids.join(' ')}`)
    run.events.emit('undone', `${ids.join(' ')} woke`)
  } catch (error) {
    run.events.emit('note', `could not wake ${ids.join(' ')}: ${String(error)}`)
  }
}
