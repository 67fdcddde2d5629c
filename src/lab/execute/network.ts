/** partition isolate cut heal hold release link: change the plan, then the shim, all links in one turn. */
import { type Done, ok, Refusal } from '../answer.ts'
import type { LinkExpr, NetworkCommand } from '../language/ast.ts'
import { groupsOf, nodesOf, rememberLast, type Scope } from '../scope.ts'

export async function executeNetwork(scope: Scope, command: NetworkCommand): Promise<Done> {
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
      run.plan.isolate(ids, scope.author)
      rememberLast(scope, ids)
      await run.applyNetwork(`isolate ${ids.join(' ')}`)
      return ok(`isolated ${ids.join(' ')}; undo: heal`)
    }
    case 'cut': {
      const { as, bs, text } = await ends(scope, command.link)
      run.plan.cut(as, bs, command.link.oneWay, scope.author)
      await run.applyNetwork(`cut ${text}`)
      return ok(`cut ${text}; undo: heal`)
    }
    case 'hold': {
      const { as, bs, text } = await ends(scope, command.link)
      run.plan.hold(as, bs, command.link.oneWay)
      await run.applyNetwork(`hold ${text}`)
      return ok(`holding ${text}; undo: release`)
    }
    case 'release': {
      // First, for an apply that ends a hold would deliver what was held, and the count would be gone.
      const count = await run.shim.release()
      run.plan.released()
      await run.applyNetwork('release')
      return ok(`delivered ${count} held datagrams`)
    }
    case 'heal':
      // Chaos mends what chaos broke: what a person cut, a person heals.
      if (scope.author === 'chaos') run.plan.healOf('chaos')
      else run.plan.heal()
      await run.applyNetwork('heal')
      return ok(scope.author === 'chaos' ? 'its own cuts are mended' : 'all links open')
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
  rememberLast(scope, groups[0] ?? [])
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
  run.plan.link(as, bs, change.link.oneWay, change.bend)
  await run.applyNetwork(`link ${text}`)
  return ok(`bent ${text}; undo: link clear`)
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
