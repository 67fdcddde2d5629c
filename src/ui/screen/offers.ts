/** What the screen offers of itself: the banner, the dim text behind the line, and a word on what one could do next. */

import { wrapWords } from '../../lab/text-width.ts'
import { isNode } from '../../machine/ids.ts'
import type { Scene } from '../../stream/scene.ts'
import type { EditorState } from '../line-editor.ts'

const numbers = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine']

/** Until the first fault; none where a guide tells the story. */
export function bannerLines({ banner, nodes, faultCount }: Scene, columns: number): readonly string[] {
  if (banner === null || faultCount > 0) return []
  const count = nodes.filter(({ id }) => isNode(id)).length
  const servers = count === 1 ? 'One server keeps one store.' : `${numbers[count] ?? count} servers ${banner.claim}.`
  return wrapWords(`${servers} Try: ${banner.tries.join(' · ')}. New to this? learn`, Math.max(10, columns - 2))
}

/** What was typed here so far, as far as offers depend on it. */
export interface Done {
  /** The submitted lines that are among the banner's tries. */
  readonly tried: ReadonlySet<string>
  /** Something was checked since the last fault. */
  readonly checked: boolean
}

/** The next step of a first tour: the banner's three, then whatever mends what is broken, then the verdict. Null: nothing worth offering. */
export function nextStep({ banner, faultCount, faults, observed }: Scene, { tried, checked }: Done): string | null {
  if (banner === null || observed === null) return null
  const next = banner.tries.find((line) => !tried.has(line))
  const touring = tried.size > 0 || faultCount === 0
  if (touring && next !== undefined) return next
  if (observed.state === 'unhealthy' && faults.length > 0) return 'recover'
  return faultCount > 0 && faults.length === 0 && !checked && observed.state === 'healthy' ? 'check' : null
}

/** The dim text that completes the line, as a whole line: what is offered on an empty one, else the newest line of the history that begins so. */
export function ghostOf({ line, cursor, history, at, search, choice }: EditorState, offered: string | null): string | null {
  if (search !== null || choice !== null) return null
  if (line === '') return at === history.length ? offered : null
  if (cursor !== line.length || at !== history.length) return null
  return history.findLast((one) => one.length > line.length && one.startsWith(line)) ?? null
}

/** A dozen words on what could come next; empty while nothing is worth saying. */
export function tipOf({ observed, predicted, faults, faultCount }: Scene, { checked }: Done): string {
  if (observed === null) return ''
  if (faults.length === 0)
    return faultCount > 0 && !checked ? 'check says whether the store kept its promises · save FILE keeps all this as a lab' : ''
  if (observed.state === 'unhealthy') return 'restart, wake or heal what is missing, one by one; recover undoes everything'
  // What is observed follows after a while: answers of a moment ago still count.
  if (predicted?.state === 'unhealthy') return 'too few are left to go on · recover undoes everything'
  const spare = predicted?.spare ?? 0
  const more = spare > 0 ? `${spare} more may fail` : 'one more failure and it stops'
  return observed.state === 'degraded' ? `${more} · recover undoes everything` : 'recover undoes everything'
}
