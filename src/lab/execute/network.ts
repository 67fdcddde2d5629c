/** partition isolate cut heal hold release link: change the plan, then the shim, all links in one turn. */

import { PlanError } from '../../net/plan-error.ts'
import { type Done, ok, Refusal } from '../answer.ts'
import type { LinkBend, LinkExpr, NetworkCommand } from '../language/ast.ts'
import { groupsOf, nodesOf, type Scope } from '../scope.ts'

export async function executeNetwork(scope: Scope, command: NetworkCommand): Promise<Done> {
  try {
    return await change(scope, command)
  } catch (error) {
    if (error instanceof PlanError) throw new Refusal(error.message)
    throw error
  }
}

async function change(scope: Scope, command: NetworkCommand): Promise<Done> {
  const { run } = scope
  switch (command.name) {
    case 'partition': {
      const text = await partition(scope, command.shape)
      await run.applyNetwork(text)
      return ok(`${text}; undo: heal`)
    }
    case 'isolate': {
      const { ids } = await nodesOf(scope, command.nodes)
      for (const id of ids) await known(scope, id)
      run.last = ids
      run.plan.isolate(ids)
      await run.applyNetwork(`isolate ${ids.join(' ')}`)
      return ok(`isolated ${ids.join(' ')}; undo: heal`)
    }
    case 'cut': {
      const { as, bs, text } = await ends(scope, command.link)
      run.plan.cut(as, bs, command.link.oneWay)
      await run.applyNetwork(`cut ${text}`)
      return ok(`cut ${text}; undo: heal`)
    }
    case 'hold': {
      const { as, bs, text } = await ends(scope, command.link)
      run.plan.hold(as, bs)
      await run.applyNetwork(`hold ${text}`)
      return ok(`holding ${text}; undo: release`)
    }
    case 'release': {
      // First the shim: a plan without holds would deliver as well, and nobody would count.
      const count = await run.shim.release()
      run.plan.released()
      await run.applyNetwork('release')
      return ok(`delivered ${count} held datagrams`)
    }
    case 'heal':
      run.plan.heal()
      await run.applyNetwork('heal')
      return ok('all links open')
    case 'link':
      return link(scope, command.change)
  }
}

async function partition(scope: Scope, shape: Extract<NetworkCommand, { name: 'partition' }>['shape']): Promise<string> {
  const { run } = scope
  if (shape.kind === 'named') {
    run.plan.partitionAs(shape.topology, run.cluster.ids)
    return `partition ${shape.topology}`
  }
  const groups = await groupsOf(scope, shape.groups, true)
  for (const id of groups.flat()) await known(scope, id)
  run.plan.partition(groups)
  run.last = groups[0] ?? []
  return `partition ${groups.map((group) => group.join(' ')).join(' | ')}`
}

async function link(scope: Scope, change: Extract<NetworkCommand, { name: 'link' }>['change']): Promise<Done> {
  const { run } = scope
  if (change.kind === 'clear') {
    run.plan.clearLinks()
    await run.applyNetwork('link clear')
    return ok('all links straight')
  }
  const { as, bs, text } = await ends(scope, change.link)
  run.plan.link(as, bs, change.link.oneWay, rules(change.bend))
  await run.applyNetwork(`link ${text}`)
  return ok(`bent ${text}; undo: link clear`)
}

/** Only what was named changes. */
function rules(bend: LinkBend): LinkBend {
  return { ...bend }
}

async function ends(
  scope: Scope,
  link: LinkExpr,
): Promise<{ readonly as: readonly string[]; readonly bs: readonly string[]; readonly text: string }> {
  const [as = [], bs = []] = await groupsOf(scope, [link.from, link.to], false)
  for (const id of [...as, ...bs]) await known(scope, id)
  if (as.length === 0 || bs.length === 0) throw new Refusal('a link needs a node on both sides')
  return { as, bs, text: `${as.join(' ')} ${link.oneWay ? '->' : '|'} ${bs.join(' ')}` }
}

/** A client that a network command names exists from then on. */
async function known({ run }: Scope, id: string): Promise<void> {
  if (/^c\d+$/.test(id)) await run.client(id)
}
