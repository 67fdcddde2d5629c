import { describe, expect, it } from 'vitest'
import { startEditor } from '../../../src/ui/line-editor.ts'
import { bannerLines, ghostOf, nextStep, tipOf } from '../../../src/ui/screen/offers.ts'
import { healthyScene } from '../fake-lab.ts'

const fresh = { tried: new Set<string>(), checked: false }
const broken = { ...healthyScene, faultCount: 1, faults: ['n4 dead'] }

describe('the banner', () => {
  it('names three things to try until the first fault', () => {
    expect(bannerLines(healthyScene, 120)).toEqual([
      'Five servers agree on one store. Try: put city Oslo · kill leader · get city. New to this? learn',
    ])
    expect(bannerLines(broken, 120)).toEqual([])
  })
})

describe('the next step', () => {
  it('is the next of the three, then what mends, then the verdict', () => {
    expect(nextStep(healthyScene, fresh)).toBe('put city Oslo')
    expect(nextStep(broken, { ...fresh, tried: new Set(['put city Oslo', 'kill leader']) })).toBe('get city')
    const all = { ...fresh, tried: new Set(['put city Oslo', 'kill leader', 'get city']) }
    expect(nextStep({ ...broken, observed: { state: 'unhealthy', why: '', sinceNs: 0 } }, all)).toBe('recover')
    expect(nextStep({ ...broken, faults: [] }, all)).toBe('check')
    expect(nextStep({ ...broken, faults: [] }, { ...all, checked: true })).toBeNull()
  })

  it('is nothing while it starts', () => {
    expect(nextStep({ ...healthyScene, observed: null }, fresh)).toBeNull()
  })
})

describe('ghost text', () => {
  const editor = startEditor(['put city Oslo', 'get city', 'put city Bergen'])

  it('is the offer on an empty line, the newest line that begins so on another', () => {
    expect(ghostOf(editor, 'kill leader')).toBe('kill leader')
    expect(ghostOf({ ...editor, line: 'put', cursor: 3 }, 'kill leader')).toBe('put city Bergen')
    expect(ghostOf({ ...editor, line: 'put', cursor: 1 }, null)).toBeNull()
    expect(ghostOf({ ...editor, line: 'zzz', cursor: 3 }, null)).toBeNull()
  })
})

describe('the tip', () => {
  it('counts what may still fail, and says what mends and what judges', () => {
    expect(tipOf({ ...broken, observed: { state: 'degraded', why: '', sinceNs: 0 } }, fresh)).toBe(
      '2 more may fail · recover undoes everything',
    )
    const lost = { ...healthyScene, ...broken, predicted: { state: 'unhealthy', uncertain: false, spare: 0, why: '2 of 5 up' } } as const
    for (const state of ['degraded', 'healthy'] as const)
      expect(tipOf({ ...lost, observed: { state, why: '', sinceNs: 0 } }, fresh)).toBe(
        'too few are left to go on · recover undoes everything',
      )
    expect(tipOf({ ...broken, faults: [] }, fresh)).toContain('check says')
    expect(tipOf(healthyScene, fresh)).toBe('')
  })
})
