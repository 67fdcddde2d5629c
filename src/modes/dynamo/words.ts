/** What nodes report, in one line each. */
import type { EndpointId } from '../../machine/contract.ts'
import { plural, shown } from './text.ts'
import { shortMap } from './view.ts'

type Event = { readonly type: string; readonly [field: string]: unknown }

const CAUSES: Readonly<Record<string, string>> = {
  hint: 'from a hint',
  'read-repair': 'by read repair',
  merkle: 'by comparing trees',
  transfer: 'with its partition',
}

const WORDS: Readonly<Record<string, (node: EndpointId, event: Event) => string>> = {
  'peers-down': (node, { peers, why }) => `${node} takes ${listed(peers)} to be down: ${why}`,
  'peers-up': (node, { peers, why }) => `${node} takes ${listed(peers)} to be up again: ${why}`,
  map: (node, { members, digest }) => `${node} goes by map ${shortMap(String(digest))}: ${listed(members)}`,
  arrived: (node) => `${node} has received all partitions it is a home of`,
  'handed-over': (node, { partition, keys }) => `${node} handed ${partition} over and dropped ${plural(Number(keys), 'copy', 'copies')}`,
  sync: (node, { peer, partition, cause, moved, whole }) =>
    `${node} and ${peer} exchanged ${plural(Number(moved), 'copy', 'copies')} of ${partition}${cause === 'transfer' ? ', which moves' : ''}${whole === true ? '' : ', not all yet'}`,
  'hints-kept': (node, { home, key }) => `${node} keeps hints for ${home}, the first for ${keyed(key)}`,
  'hints-delivered': (node, { home, count }) => `${node} delivered ${plural(Number(count), 'hint', 'hints')} for ${home}: none is left`,
  healed: (node, { key, cause, nth }) =>
    `${node} got ${keyed(key)} ${CAUSES[String(cause)] ?? String(cause)}${Number(nth) >= 10 ? `, the ${nth}th` : ''}`,
  'many-siblings': (node, { key, siblings, limit }) =>
    `${node} has ${siblings} siblings of ${keyed(key)}; beyond ${limit} it refuses writes`,
  'lost-disk': (node) => `${node} lost its disk: it writes under a new name from now on`,
  removed: (node, { copies, hints }) =>
    `${node} hears that it was removed: it forgets ${plural(Number(copies), 'copy', 'copies')} and ${plural(Number(hints), 'hint', 'hints')} that it never handed over`,
  'setting-refused': (node, { name, why }) => `${node} refused ${name}: ${why}`,
}

/** Null for an event that only programs read. */
export function describe(node: EndpointId, event: Event): string | null {
  if (event.told === false) return null
  return Object.hasOwn(WORDS, event.type) ? (WORDS[event.type]?.(node, event) ?? null) : null
}

function listed(members: unknown): string {
  if (!Array.isArray(members) || members.length === 0) return 'nobody'
  return members.length <= 12 ? members.join(' ') : `${members.length} nodes`
}

function keyed(key: unknown): string {
  return shown(String(key), 30)
}
