import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readLabs } from '../../src/lab/lab-files.ts'
import { labsFolder, meantPath, shippedName } from '../../src/lab/shipped-labs.ts'

test('a lab of the package is found by its name from any folder', () => {
  const smoke = join(labsFolder(), 'smoke.md')
  expect([meantPath('smoke'), meantPath('smoke.md')]).toEqual([smoke, smoke])
  expect(shippedName(smoke)).toBe('smoke')
  expect(shippedName('/somewhere/else.md')).toBeNull()
  expect(readLabs({ paths: ['smoke'], stdin: null, tags: [] }).map(({ lab }) => lab.title)).toEqual(['Smoke, every fault once'])
})

test('what stands in the working directory comes first, and what is nowhere is named as it was typed', () => {
  expect(meantPath('package.json')).toBe('package.json')
  expect(meantPath(join('labs', 'smoke'))).toBe(join(labsFolder(), 'smoke.md'))
  expect(() => readLabs({ paths: ['no-such-lab'], stdin: null, tags: [] })).toThrow('there is no no-such-lab')
})
