/** `result.json` as the runner kept it. A file of another make is taken for none. */
import type { SuiteResult } from '../result.ts'
import { fieldsOf, parseFields } from './json-lines.ts'
import type { KeptResult } from './types.ts'

const TEXTS: readonly (keyof SuiteResult)[] = ['file', 'title', 'mode', 'seed', 'reproduce', 'cut']
const LISTS: readonly (keyof SuiteResult)[] = ['cases', 'checks', 'ribbon', 'stalls', 'incidents', 'hostLoss']

export function readKeptResult(text: string | null): KeptResult | null {
  const fields = text === null ? null : parseFields(text)
  if (fields === null || typeof fields.status !== 'string') return null
  const whole =
    TEXTS.every((name) => typeof fields[name] === 'string') &&
    LISTS.every((name) => Array.isArray(fields[name])) &&
    fieldsOf(fields.operations) !== null &&
    fieldsOf(fields.settings) !== null
  return whole ? (fields as unknown as KeptResult) : null
}
