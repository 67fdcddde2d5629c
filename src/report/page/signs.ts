/** How something ended, as a sign with a word: never by colour alone. */
import { type Html, html } from './html.ts'

export type Tone = 'good' | 'bad' | 'open' | 'quiet'

const SIGNS: Readonly<Record<Tone, string>> = { good: '✓', bad: '✗', open: '?', quiet: '–' }

export function sign(tone: Tone, word: string): Html {
  return html`<span class="sign sign-${tone}"><span aria-hidden="true">${SIGNS[tone]}</span> ${word}</span>`
}

/** Of a block, a suite, a command. */
export function toneOf(status: string): Tone {
  switch (status) {
    case 'passed':
    case 'valid':
    case 'ok':
      return 'good'
    case 'unknown':
    case 'time limit':
    case 'interrupted':
    case 'environment':
    case 'begun':
      return 'open'
    case 'skipped':
    case 'refused':
      return 'quiet'
    default:
      return 'bad'
  }
}
