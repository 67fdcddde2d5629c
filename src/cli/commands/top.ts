/** `splitbrain top`: the dashboard beside a lab that runs in another terminal. It watches and changes nothing. */
import { createRequire } from 'node:module'
import { parseTarget } from '../../dashboard/finding.ts'
import type { Left } from '../../dashboard/main.ts'
import { snapshotText } from '../../dashboard/once.ts'
import { bundlePath } from '../../host/bundles.ts'
import { EnvironmentFailure } from '../../host/failure.ts'
import { socketsFolder } from '../../lab/attach/sockets.ts'
import { stateFolder } from '../../lab/state-folder.ts'
import { UsageError } from '../../lab/usage-error.ts'
import { exit } from '../../report/outcome.ts'
import { styleFromEnvironment } from '../../ui/style.ts'
import { type Context, line, untilInterrupt } from '../context.ts'
import type { TopFlags } from './top-flags.ts'

type Program = typeof import('../../dashboard/main.ts')

export async function topCommand(context: Context, flags: TopFlags): Promise<number> {
  const { env, terminal, stdout } = context
  const target = parseTarget(flags.lab)
  if (target === null)
    throw new UsageError(`--lab is the number of a process, as the lab says it, or the path of a socket; not ${flags.lab}`)
  const chosen = styleFromEnvironment(env)
  const style = { ...chosen, ascii: chosen.ascii || flags.ascii === true }
  const options = { target, folder: socketsFolder(stateFolder(env)), wait: flags.wait === true }
  if (flags.once === true || terminal === null || env.INK_SCREEN_READER === 'true') {
    return untilInterrupt(context, async () => {
      const picture = await snapshotText({ ...options, style: { ...style, colour: false } })
      if ('missing' in picture) throw new EnvironmentFailure(picture.missing)
      line(stdout, picture.text)
      return exit.passed
    })
  }
  const { code, words }: Left = await program().runDashboard({ ...options, ...terminal, style })
  if (code === exit.environment) throw new EnvironmentFailure(words)
  line(stdout, words)
  return code
}

function program(): Program {
  // Real lines and corners in every terminal: letters of another character set reach a screen that does not know them as letters.
  process.env.NCURSES_NO_UTF8_ACS = '1'
  return createRequire(import.meta.url)(bundlePath('top/top.cjs'))
}
