/** The few facts of the status line. Looks at what was told last and asks nobody. */
import type { Run } from './run.ts'
import type { LabSnapshot } from './types.ts'

export function snapshotOf(run: Run): LabSnapshot {
  const { leader, term, facts } = run.summary()
  const role = run.mode.subjects.find((subject) => subject.name === 'role')
  const nodes = run.views().map((view) => {
    const read = view.state === 'live' ? (role?.read([view], view.id) ?? null) : null
    return { id: view.id, state: view.state, role: read === null ? null : String(read) }
  })
  const failed = nodes.filter((node) => node.state !== 'live').length
  const { observed, predicted } = run.health
  const { name, banner } = run.mode
  return {
    mode: name,
    observed,
    predicted,
    leader,
    term,
    ...(facts === undefined ? {} : { facts }),
    ...(banner === undefined ? {} : { banner }),
    failed,
    faults: run.faults(),
    nodes,
  }
}
