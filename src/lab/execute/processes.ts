/** kill restart sleep wake powercut wipe: what may be done to a node in which state, and how it is undone. */
import type { PowerLoss } from '../../cluster/disk-faults.ts'
import type { EndpointId } from '../../machine/contract.ts'
import { byNumber } from '../../machine/ids.ts'
import type { NodeView } from '../../modes/mode.ts'
import { type Done, fail, ok, Refusal } from '../answer.ts'
import type { ProcessCommand } from '../language/ast.ts'
import { nodesOf, pause, type Scope } from '../scope.ts'
import { restartNodes } from './restarting.ts'

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
  const { run } = scope
  const { targets, skipped } = await applicable(scope, command)
  const names = targets.join(' ')
  const who = targets.map((id) => described(scope, id)).join(' ')
  run.last = targets
  let loss = ''
  switch (command.name) {
    case 'kill':
      run.faulted(`kill ${names}`)
      await run.cluster.kill(targets)
      break
    case 'restart': {
      const why = await restartNodes(run, targets)
      run.faulted(`restart ${names}`)
      if (why !== null) return fail('did-not-start', why)
      break
    }
    case 'sleep':
      run.faulted(`sleep ${names}`)
      await run.cluster.sleep(targets)
      if (command.forMs !== null) wakeLater(scope, targets, command.forMs)
      break
    case 'wake':
      await run.cluster.wake(targets)
      break
    case 'powercut':
      run.faulted(`powercut ${names}`)
      loss = lost(await run.cluster.powerCut(targets, { torn: command.torn }))
      break
    case 'wipe':
      run.faulted(`wipe ${names}`)
      await run.cluster.wipe(targets, { amnesiac: command.amnesiac })
      break
  }
  if (command.name === 'wake') run.faulted(`${command.name} ${names}`)
  const notes = skipped.length === 0 ? '' : `; skipped ${skipped.join(', ')}`
  return ok(`${told(command, who)}${loss}${notes}${undo(command, names)}`)
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

async function applicable(
  scope: Scope,
  command: ProcessCommand,
): Promise<{ readonly targets: readonly EndpointId[]; readonly skipped: readonly string[] }> {
  const resolved = await nodesOf(scope, command.nodes)
  const states = new Map(scope.run.views().map((view) => [view.id, view.state]))
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

/** `sleep S for=6s`: the waking belongs to the session, so that the end of the lab ends it too. */
function wakeLater({ run, session }: Scope, targets: readonly EndpointId[], forMs: number): void {
  const schedule = session.schedule()
  void (async () => {
    await pause(forMs, schedule.signal)
    session.unschedule(schedule)
    const asleep = run.views().filter((view) => view.state === 'asleep' && targets.includes(view.id))
    if (asleep.length === 0) return
    const ids = asleep.map((view) => view.id)
    await run.cluster.wake(ids)
    run.faulted(`wake ${ids.join(' ')}`)
    run.events.emit('fault', `${ids.join(' ')} woke`)
  })().catch((error: unknown) => run.events.emit('note', `could not wake ${targets.join(' ')}: ${String(error)}`))
}
