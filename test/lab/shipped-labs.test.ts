import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
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

test("the author's guide lists every lab under its theme, with its title and how long it takes", () => {
  const guide = readFileSync(join(labsFolder(), 'README.md'), 'utf8')
  const list = guide.slice(guide.indexOf('## The labs that are here'))
  const rows = [...list.matchAll(/^\| (\w*) \| \[(.+)\]\((\S+\.md)\) \| (\d+) \|$/gm)].map(([, theme, title, file, seconds]) => ({
    theme,
    title,
    file,
    fast: Number(seconds) > 0 && Number(seconds) <= 600,
  }))
  const labs = readLabs({ paths: [labsFolder()], stdin: null, tags: [] }).map(({ file, lab }) => {
    const name = relative(labsFolder(), file)
    return { theme: name.includes('/') ? name.replace(/\/.*/, '') : '', title: lab.title, file: name, fast: true }
  })
  const byFile = (a: { file?: string | undefined }, b: { file?: string | undefined }): number => ((a.file ?? '') < (b.file ?? '') ? -1 : 1)
  expect(rows.sort(byFile)).toEqual(labs.sort(byFile))
})
