/** From a lab file to the screen with the lesson beside it. */
import { resolve } from 'node:path'
import { Lab } from '../../lab/lab.ts'
import { type LabSource, readLabs } from '../../lab/lab-files.ts'
import { PACE_MS } from '../../lab/play/estimate.ts'
import { chooseRun, lessonOf, placeOfHeading } from '../../lab/play/lesson.ts'
import { lessonList, nextLesson, whyNoLesson } from '../../lab/play/lessons.ts'
import { Player } from '../../lab/play/player.ts'
import { keepProgress, type LessonProgress, progressFolder, readProgress } from '../../lab/play/progress.ts'
import { optionsOf } from '../../lab/run-labs.ts'
import { shippedName } from '../../lab/shipped-labs.ts'
import { stateFolder } from '../../lab/state-folder.ts'
import { wantsViolation } from '../../lab/suite-checks.ts'
import { UsageError } from '../../lab/usage-error.ts'
import { nodeIds } from '../../machine/ids.ts'
import { emptyScene } from '../../stream/scene.ts'
import { PlayGuide } from '../../ui/play/play-guide.ts'
import { PlayLab } from '../../ui/play/play-lab.ts'
import { runSession } from '../../ui/session.ts'
import type { Context } from '../context.ts'
import { labLines } from './labs.ts'
import type { PlayFlags } from './play-flags.ts'

export async function playSession(context: Context, terminal: RealTerminal, file: string, flags: PlayFlags): Promise<number> {
  const source = oneLab(file)
  const labRun = chooseRun(source, flags.mode ?? null)
  const lesson = lessonOf(source, labRun)
  const until = flags.until === undefined ? null : placeOfHeading(lesson, flags.until)
  const run = optionsOf({ source, labRun }, { seed: flags.seed ?? null, patience: flags.patience })
  const keeper = keeperOf(context, source)
  const player = new Player({ source, labRun, run, until, paceMs: PACE_MS, ...keeper })
  const open = async (): Promise<PlayLab> => {
    const lab = await Lab.open(run)
    keeper.tellBy((text) => lab.run.events.emit('note', text))
    player.begin(lab)
    return new PlayLab(lab, () => player.state.phase.kind === 'rebuilding', {
      again: `splitbrain play ${shippedName(resolve(source.file)) ?? source.file}${labRun === source.lab.runs[0] ? '' : ` --mode ${labRun.mode}`} --seed ${run.seed}`,
      wantsViolation: (check) => wantsViolation(lab.run, labRun, check),
    })
  }
  const { mode, nodes } = run
  return runSession(open, {
    ...terminal,
    env: context.env,
    locals: new Map([['labs', () => labLines(context)]]),
    starting: emptyScene(mode.name, nodeIds(nodes), mode.banner),
    guide: () => new PlayGuide(player),
  })
}

function oneLab(file: string): LabSource {
  const why = whyNoLesson(file)
  if (why !== null) throw new UsageError(why)
  const sources = readLabs({ paths: [file], stdin: null, tags: [] })
  const [source] = sources
  if (source === undefined || sources.length > 1) {
    const some = sources.slice(0, 3).map((one) => one.file)
    throw new UsageError(`play takes one lab, and ${file} holds ${sources.length}: ${some.join(' ')} …`)
  }
  return source
}

type RealTerminal = NonNullable<Context['terminal']>

interface Keeper {
  keep(progress: LessonProgress): void
  next(): ReturnType<typeof nextLesson>
  /** Where to say that it cannot be kept. */
  tellBy(tell: (text: string) => void): void
}

/** Lessons that come with the package are remembered; a file of one's own is one's own affair. */
function keeperOf({ env }: Context, { file }: LabSource): Keeper {
  const name = shippedName(resolve(file))
  const folder = progressFolder(stateFolder(env))
  let tell: (text: string) => void = () => {}
  let told = false
  return {
    keep: (progress) => {
      const why = name === null ? null : keepProgress(folder, name, progress)
      if (why === null || told) return
      told = true
      tell(why)
    },
    next: () => nextLesson(lessonList(readProgress(folder)), name),
    tellBy: (by) => {
      tell = by
    },
  }
}
