/** `result.json` as the runner kept it. A file of another make is taken for none: each field that a page reads is looked at, in lists each item. */
import type { CaseResult, CheckResult, CommandResult, HostLoss, Incident, NamedVerdict, RibbonSpan, Stall } from '../result.ts'
import { fieldsOf, numberOf, parseFields } from './json-lines.ts'
import { historyEventOf } from './operations.ts'
import type { KeptResult } from './types.ts'

type Test = (value: unknown) => boolean
/** Every field of the type has its test, so that a new one is not forgotten. */
type Shape<T> = { readonly [field in keyof T]-?: Test }

const text: Test = (value) => typeof value === 'string'
const number: Test = (value) => numberOf(value) !== null
const flag: Test = (value) => typeof value === 'boolean'
const oneOf =
  (...words: readonly unknown[]): Test =>
  (value) =>
    words.includes(value)
const orNull =
  (test: Test): Test =>
  (value) =>
    value === null || test(value)
const maybe =
  (test: Test): Test =>
  (value) =>
    value === undefined || test(value)
const list =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test)
const shaped =
  <T>(shape: Shape<T>): Test =>
  (value) => {
    const fields = fieldsOf(value)
    return fields !== null && Object.entries<Test>(shape).every(([name, test]) => test(fields[name]))
  }
const texts: Test = (value) => Object.values(fieldsOf(value) ?? { none: null }).every(text)

const verdict = oneOf('valid', 'invalid', 'unknown')
const stall = shaped<Stall>({ time: number, ms: number, where: text })
const command = shaped<CommandResult>({
  line: number,
  command: text,
  passed: flag,
  expected: orNull(text),
  actual: text,
  lateMs: number,
  ms: number,
})
const block = shaped<CaseResult>({
  file: text,
  line: number,
  heading: text,
  status: oneOf('passed', 'failed', 'unknown', 'skipped', 'environment'),
  why: orNull(text),
  commands: list(command),
  events: list((value) => fieldsOf(value) !== null),
  stalls: list(stall),
  ms: number,
})
const check = shaped<CheckResult>({
  name: text,
  verdict,
  why: text,
  witness: list((value) => historyEventOf(fieldsOf(value)) !== null),
  operations: number,
  open: number,
  key: maybe(text),
  rows: maybe(list(list(text))),
  passed: flag,
})

const isKept = shaped<KeptResult>({
  file: text,
  title: text,
  mode: text,
  nodes: number,
  seed: text,
  settings: texts,
  round: number,
  cases: list(block),
  checks: list(check),
  verdicts: list(shaped<NamedVerdict>({ name: text, verdict })),
  operations: shaped<KeptResult['operations']>({ ok: number, fail: number, info: number }),
  ribbon: list(shaped<RibbonSpan>({ state: oneOf('healthy', 'degraded', 'unhealthy'), ms: number })),
  stalls: list(stall),
  incidents: list(shaped<Incident>({ time: number, kind: oneOf('death', 'finding'), text, explained: orNull(text) })),
  hostLoss: list(shaped<HostLoss>({ where: text, datagrams: number })),
  cut: oneOf('none', 'time-limit', 'interrupted'),
  reproduce: text,
  folder: orNull(text),
  earlier: maybe(list(text)),
  ms: number,
  kind: maybe(oneOf('lab', 'session')),
  status: text,
  version: maybe(text),
  node: maybe(text),
  platform: maybe(text),
})

export function readKeptResult(source: string | null): KeptResult | null {
  const fields = source === null ? null : parseFields(source)
  return isKept(fields) ? (fields as unknown as KeptResult) : null
}
