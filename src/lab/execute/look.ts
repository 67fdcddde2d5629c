/** status nodes links log stderr peek ops events metrics check report: views that change nothing. */
import { join, relative } from 'node:path'
import { explain } from '../../check/explain.ts'
import type { Summary } from '../../modes/mode.ts'
import { writePage } from '../../report/page/write.ts'
import { type Done, fail, ok, Refusal, unknown, value } from '../answer.ts'
import { linkCounters } from '../counters.ts'
import { newestOperations } from '../counts.ts'
import { allCounters, peek } from '../facts.ts'
import type { LookCommand } from '../language/ast.ts'
import { nodesOf, type Scope } from '../scope.ts'
import { type Row, tableLines } from '../table.ts'
import { runCheck } from '../verdicts.ts'

const SHOWN = 20

export async function executeLook(scope: Scope, command: LookCommand): Promise<Done> {
  switch (command.name) {
    case 'status':
      return value((await status(scope)).join('\n'))
    case 'nodes':
      return value((await nodes(scope)).join('\n'))
    case 'links':
      return value((await links(scope)).join('\n'))
    case 'log':
      return value((await logs(scope, command)).join('\n'))
    case 'stderr':
      return value(await stderr(scope, command))
    case 'peek':
      return value((await copies(scope, command)).join('\n'))
    case 'ops':
      return value(operations(scope).join('\n'))
    case 'events':
      return value(events(scope).join('\n'))
    case 'metrics':
      return value((await metrics(scope)).join('\n'))
    case 'check':
      return check(scope, command.checker)
    case 'report':
      return report(scope)
  }
}

async function status({ run }: Scope): Promise<string[]> {
  await run.refresh()
  const { observed, predicted } = run.health
  const faults = run.faults()
  const failed = run.views().filter((view) => view.state !== 'live').length
  return [
    `observed  ${observed.state}: ${observed.why}`,
    `predicted ${predicted.state}${predicted.uncertain ? ' (uncertain)' : ''}: ${predicted.why}`,
    ...summaryLines(run.summary()),
    `failed    ${failed} of ${run.cluster.ids.length}`,
    ...(run.options.bug === 'none' ? [] : [`BUG       ${run.options.bug}, on purpose`]),
    ...(faults.length === 0 ? ['faults    none'] : faults.map((fault, i) => `${i === 0 ? 'faults   ' : '         '} ${fault}`)),
  ]
}

/** Leader and term, or what the mode has in their place. */
function summaryLines({ leader, term, facts }: Summary): string[] {
  if (facts === undefined) return [`leader    ${leader ?? 'none'}${term === null ? '' : `, term ${term}`}`]
  return facts.map(({ name, value: text }) => `${name.padEnd(9)} ${text}`)
}

async function nodes({ run }: Scope): Promise<string[]> {
  await run.refresh()
  const rows = run.processViews().map((view): Row => {
    const host = run.cluster.hostStatus(view.id)
    const memory = host === null || view.state === 'dead' ? null : `${Math.round(host.rssBytes / 1e6)} MB`
    const facts = run.mode.subjects.filter((subject) => subject.args === 'node')
    const values = facts.map((subject): [string, unknown] => [subject.name, view.state === 'live' ? subject.read([view], view.id) : null])
    return { node: view.id, state: view.state, ...Object.fromEntries(values), memory }
  })
  return tableLines(rows, Object.keys(rows[0] ?? { node: null }))
}

async function links({ run }: Scope): Promise<string[]> {
  const report = await run.shim.report()
  const rows = Object.entries(report.links)
    .filter(([, link]) => link.passed > 0 || Object.keys(link.dropped).length > 0)
    .map(([name, link]): Row => {
      const dropped = Object.entries(link.dropped)
      return {
        link: name.replace('>', ' -> '),
        passed: link.passed,
        held: link.held,
        corrupted: link.corrupted,
        dropped: dropped.length === 0 ? '' : dropped.map(([reason, count]) => `${reason} ${count}`).join(', '),
      }
    })
  const inForce = run.plan.describe()
  return [...(inForce.length === 0 ? ['all links open'] : inForce), ...tableLines(rows, ['link', 'passed', 'held', 'corrupted', 'dropped'])]
}

async function logs(scope: Scope, command: Extract<LookCommand, { name: 'log' | 'stderr' }>): Promise<string[]> {
  const { run } = scope
  const { ids } = await nodesOf(scope, command.nodes)
  const lines: string[] = []
  for (const id of ids) {
    const answer = await run.cluster.inspect(id, { what: 'log', limit: SHOWN })
    const entries = entriesOf(answer)
    lines.push(...(ids.length > 1 ? [`${id}:`] : []))
    if (entries === null) lines.push(`${id} does not answer`)
    else if (entries.length === 0) lines.push('empty')
    else
      lines.push(
        ...tableLines(
          entries,
          Object.keys(entries[0] ?? {}).filter((name) => name !== 'digest'),
        ),
      )
  }
  return lines
}

function entriesOf(answer: unknown): readonly Row[] | null {
  if (typeof answer !== 'object' || answer === null || !('entries' in answer) || !Array.isArray(answer.entries)) return null
  return answer.entries
}

async function stderr(scope: Scope, command: Extract<LookCommand, { name: 'log' | 'stderr' }>): Promise<string> {
  const { ids } = await nodesOf(scope, command.nodes)
  return ids
    .map((id) => ({ id, text: scope.run.cluster.stderr(id).trimEnd() }))
    .map(({ id, text }) => (text === '' ? `${id}: nothing` : `${id}:\n${text}`))
    .join('\n')
}

async function copies(scope: Scope, command: Extract<LookCommand, { name: 'peek' }>): Promise<string[]> {
  const { run } = scope
  const ids = command.nodes === null ? run.cluster.ids : (await nodesOf(scope, command.nodes)).ids
  return Promise.all(
    ids.map(async (id) => {
      const copy = await peek(scope, id, command.key)
      if (copy.state === 'silent') return `${id} ${copy.why}`
      return `${id} ${copy.value ?? 'none'}${copy.hinted === null ? '' : `, and ${copy.hinted} for another`}`
    }),
  )
}

function operations({ run }: Scope): string[] {
  const history = run.history.events()
  const rows = newestOperations(history, SHOWN).map(({ invoke, completion }): Row => {
    const ms = completion === null ? null : ((completion.time - invoke.time) / 1e6).toFixed(1)
    const { client, f, key, value: asked } = invoke
    return { client, f, key, value: asked, outcome: completion?.type ?? 'pending', answer: completion?.value, ms }
  })
  const ended = (['ok', 'fail', 'info'] as const).map((type) => `${history.count(type)} ${type}`)
  const counts = `${history.count('invoke')} operations: ${ended.join(', ')}`
  return [counts, ...(rows.length === 0 ? [] : tableLines(rows, Object.keys(rows[0] ?? {})))]
}

function events({ run }: Scope): string[] {
  const told = run.events.recent().filter((event) => event.text !== undefined)
  if (told.length === 0) return ['nothing happened yet']
  return told.slice(-SHOWN).map((event) => `+${(event.time / 1e9).toFixed(3)}s ${event.text}`)
}

async function metrics({ run }: Scope): Promise<string[]> {
  const nodes = await allCounters(run)
  const names = [...new Set(nodes.flatMap(({ counters }) => [...counters.keys()]))]
  const rows = names.map(
    (name): Row => ({ metric: name, ...Object.fromEntries(nodes.map(({ id, counters }) => [id, counters.get(name)])) }),
  )
  const report = await run.shim.report()
  const { strangers, kernelDrops, stallMs } = report
  const shim = `shim: strangers ${strangers}, kernel drops ${kernelDrops ?? 'not told here'}, longest stall ${stallMs.toFixed(0)} ms`
  const links = [...linkCounters(report)].map(([name, count]): Row => ({ metric: name, all: count }))
  return [...tableLines(rows, ['metric', ...run.cluster.ids]), ...tableLines(links, ['metric', 'all']), shim]
}

async function check({ run }: Scope, name: string | null): Promise<Done> {
  const names = name === null ? [...(run.mode.liveChecks ?? []).map((spec) => spec.name), ...run.mode.checks] : [name]
  if (names.length === 0) throw new Refusal(`${run.mode.name} has no checks`)
  const lines: string[] = []
  const worst: ('invalid' | 'unknown')[] = []
  for (const each of names) {
    const verdict = await runCheck(run, each)
    lines.push(`${each}: ${verdict.verdict}`, ...explain(verdict).map((line) => `  ${line}`))
    if (verdict.verdict !== 'valid') worst.push(verdict.verdict)
  }
  if (worst.includes('invalid')) return fail('check', lines.join('\n'))
  if (worst.includes('unknown')) return unknown('check', lines.join('\n'))
  return value(lines.join('\n'))
}

/** Of what happened until now; the same folder gives a fuller page when the run is over. */
async function report({ run }: Scope): Promise<Done> {
  run.history.settle()
  await run.events.settle()
  const file = join(run.folder.path, 'report.html')
  const bytes = await writePage(run.folder.path, file)
  return ok(`wrote ${relative('', file)} (${Math.ceil(bytes / 1000)} kB)`)
}
