/** The pages of runs as long as one gets. */
import { expect, it } from 'vitest'
import { LARGEST_PAGE, pageOfRun } from '../../src/report/page/fitted.ts'
import { longRun } from '../report/long-run.ts'

it.each([5, 30])('%i minutes under load fit into a megabyte, with the whole violation and a word on what is not drawn', async (minutes) => {
  const text = await pageOfRun(longRun(minutes))
  expect(Buffer.byteLength(text)).toBeLessThan(LARGEST_PAGE)
  expect(text).toMatch(/Drawn: \d+ of \d+ messages/)
  expect(text).toMatch(/\d+ more operations were asked in this time/)
  expect(text).toMatch(/Not shown: \d+ more moments/)
  expect(text.match(/class="lit" id="moment-/g)).toHaveLength(2)
})
