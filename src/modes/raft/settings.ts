/** The settings of Raft mode, how they read as text, and what they become. Durations without a unit are milliseconds. */
import type { SettingSpec, Settings } from '../mode.ts'
import { parseCount, parseDuration, parseRange, parseSize, parseSwitch } from '../units.ts'

export const settings: readonly SettingSpec[] = [
  {
    name: 'election',
    kind: 'duration-range',
    fallback: '300ms-600ms',
    live: true,
    help: 'range of the election timeout; equal ends (200-200) force split votes',
  },
  { name: 'heartbeat', kind: 'duration', fallback: '100ms', live: true, help: 'how often a leader says it is alive' },
  { name: 'pre-vote', kind: 'on-off', fallback: 'on', live: true, help: 'ask whether an election could be won before raising the term' },
  { name: 'check-quorum', kind: 'on-off', fallback: 'on', live: true, help: 'a leader that hears no majority steps down' },
  { name: 'lease-refusal', kind: 'on-off', fallback: 'on', live: true, help: 'refuse votes while a leader was heard lately' },
  { name: 'uncommitted-limit', kind: 'size', fallback: '1mb', live: true, help: 'bytes of uncommitted entries before writes are refused' },
  { name: 'inflight', kind: 'count', fallback: '32', live: true, help: 'appends on their way to one follower' },
  { name: 'inflight-size', kind: 'size', fallback: '256kb', live: true, help: 'bytes of entries on their way to one follower' },
  { name: 'batch-size', kind: 'size', fallback: '6kb', live: true, help: 'bytes of entries in one append' },
  { name: 'sessions', kind: 'count', fallback: '4096', live: false, help: 'client sessions kept; the least recently used expires' },
]

export const presets: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  paper: { 'pre-vote': 'off', 'check-quorum': 'off', 'lease-refusal': 'off' },
  fast: { election: '150ms-300ms', heartbeat: '50ms' },
}

export interface RaftOptions {
  readonly electionMinUs: number
  readonly electionMaxUs: number
  readonly heartbeatUs: number
  readonly preVote: boolean
  readonly checkQuorum: boolean
  readonly leaseRefusal: boolean
  readonly uncommittedLimit: number
  readonly inflight: number
  readonly inflightBytes: number
  readonly batchBytes: number
  readonly sessions: number
}

/** Missing settings take their defaults. Throws RangeError, naming the setting, for text that does not parse. */
export function readOptions(given: Settings): RaftOptions {
  const text = (name: string): string => given[name] ?? settings.find((spec) => spec.name === name)?.fallback ?? ''
  const election = parseRange('election', text('election'))
  return {
    electionMinUs: election[0],
    electionMaxUs: election[1],
    heartbeatUs: parseDuration('heartbeat', text('heartbeat')),
    preVote: parseSwitch('pre-vote', text('pre-vote')),
    checkQuorum: parseSwitch('check-quorum', text('check-quorum')),
    leaseRefusal: parseSwitch('lease-refusal', text('lease-refusal')),
    uncommittedLimit: parseSize('uncommitted-limit', text('uncommitted-limit')),
    inflight: parseCount('inflight', text('inflight')),
    inflightBytes: parseSize('inflight-size', text('inflight-size')),
    batchBytes: parseSize('batch-size', text('batch-size')),
    sessions: parseCount('sessions', text('sessions')),
  }
}
