/** Every way to tell versions apart, by the word of the setting `versions`. */
import type { Bug } from '../bugs.ts'
import type { DynamoOptions } from '../settings.ts'
import type { Versioning } from '../versions.ts'
import { classic } from './classic.ts'
import type { MakeVersioning } from './copy.ts'
import { dotted } from './dotted.ts'
import { lww } from './lww.ts'
import { merged } from './merged.ts'

export const versionings: Readonly<Record<DynamoOptions['versions'], MakeVersioning>> = { dotted, classic, merged, lww }

export function createVersioning({ versions, clockCap }: DynamoOptions, bug: Bug): Versioning {
  return versionings[versions]({ clockCap, equalDominates: bug === 'equal-dominates', pruneOwnDot: bug === 'prune-own-dot' })
}
