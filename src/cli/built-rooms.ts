/** The rooms of this build. Each import is a literal, so that the bundler gives it a chunk of its own. */
import { UsageError } from '../lab/usage-error.ts'
import type { Rooms } from './rooms.ts'
import { unknownWord } from './suggest.ts'

export const builtRooms: Partial<Rooms> = {
  modes: async () => [...(await import('../modes/registry.ts')).modes.values()],
  openLab: async ({ mode, nodes, seed, settings }) => {
    const { openLabFor } = await import('../lab/open.ts')
    return openLabFor({
      mode,
      settings,
      ...(nodes === null ? {} : { nodes }),
      ...(seed === null ? {} : { seed: Number(seed) }),
    })
  },
  runLabs: async (request, report, signal) => (await import('../lab/run-labs.ts')).runLabs(request, report, signal),
  listLabs: async (request) => {
    const { readLabs } = await import('../lab/lab-files.ts')
    return readLabs(request).map(({ file, lab }) => ({
      file,
      title: lab.title,
      modes: lab.runs.map((run) => run.mode),
      tags: lab.tags,
      nodes: lab.runs[0]?.nodes ?? 0,
      steps: (lab.runs[0]?.parts ?? []).reduce((sum, part) => sum + (part.kind === 'lab' ? part.steps.length : 0), 0),
    }))
  },
  findRun: async (run) => (await import('../report/find-run.ts')).findRun(process.cwd(), run),
  writePage: async (folder, file) => (await import('../report/page/write.ts')).writePage(folder, file),
  indexPage: async (run, pages) => (await import('../report/page/index-page.ts')).indexPage(run, pages),
  markLabs: async (request, report, signal) => (await import('../lab/marking/mark-labs.ts')).markLabs(request, report, signal),
  blankLab: async (key) => {
    const [{ readKey }, { blankOf }] = await Promise.all([import('../lab/marking/key.ts'), import('../lab/marking/blank.ts')])
    return blankOf(readKey(key).source.text)
  },
  models: async () => [...(await import('../check/models.ts')).models.keys()],
  checkHistory: async (file, model) => (await import('../check/check-file.ts')).checkHistoryFile(file, model),
  simulate: async ({ mode: name, seeds, bug, jobs, trace }, print) => {
    const [{ findMode, modes }, { runSimCommand }] = await Promise.all([import('../modes/registry.ts'), import('../sim/command.ts')])
    const mode = findMode(name)
    if (mode === null) throw new UsageError(unknownWord('mode', name, [...modes.keys()]))
    return runSimCommand({ mode, seeds, trace, print, ...(bug === 'none' ? {} : { bug }), ...(jobs === null ? {} : { jobs }) })
  },
  bench: async (names, print) => (await import('../../bench/bench.ts')).runBench(names, print),
}
