/** Which lab is meant: the newest one that runs, one by its process, or a socket by its path. */
import { type LabSocket, liveSockets, parseSocketName } from '../lab/attach/sockets.ts'

export type Target =
  | { readonly kind: 'newest' }
  | { readonly kind: 'lab'; readonly pid: number; readonly number: number | null }
  | { readonly kind: 'socket'; readonly path: string }

/** `12345`, `12345-2` or a path; null for what is none of them. */
export function parseTarget(text: string | undefined): Target | null {
  if (text === undefined) return { kind: 'newest' }
  const named = /^(\d{1,10})(?:-(\d{1,6}))?$/.exec(text)
  if (named !== null) return { kind: 'lab', pid: Number(named[1]), number: named[2] === undefined ? null : Number(named[2]) }
  return text.includes('/') || text.endsWith('.sock') ? { kind: 'socket', path: text } : null
}

/** Paths to try, the best first. */
export function candidates(folder: string, target: Target): readonly string[] {
  if (target.kind === 'socket') return [target.path]
  return liveSockets(folder)
    .filter((socket) => target.kind === 'newest' || isMeant(socket, target))
    .map(({ path }) => path)
}

function isMeant({ pid, number }: LabSocket, target: Extract<Target, { kind: 'lab' }>): boolean {
  return pid === target.pid && (target.number === null || target.number === number)
}

/** After the one that was meant has ended: those that began since, and itself if it is there again. */
export function successors(folder: string, ended: { readonly path: string; readonly sinceMs: number }): readonly string[] {
  const newer = liveSockets(folder).filter(({ madeMs }) => madeMs >= ended.sinceMs)
  const own = parseSocketName(ended.path) === null ? [ended.path] : []
  return [...newer.map(({ path }) => path), ...own]
}

export function nothingFound(target: Target): string {
  switch (target.kind) {
    case 'newest':
      return 'no lab is running; start one with splitbrain in another terminal, or wait for it: splitbrain top --wait'
    case 'lab':
      return `no lab of process ${target.pid}${target.number === null ? '' : ` (its lab ${target.number})`} is running`
    case 'socket':
      return `nobody listens at ${target.path}`
  }
}
