/** From a parsed command to the file that knows it. */
import { type Done, ok } from '../answer.ts'
import type { Lab } from '../lab.ts'
import type { ParsedCommand } from '../language/ast.ts'
import type { Scope } from '../scope.ts'
import { executeClock, executeDisk } from './bend.ts'
import { executeData } from './data.ts'
import { executeChaos, executeLoad, executeRecover } from './disturb.ts'
import { executeHelp, executeLearn, executeReset, executeRunFile, executeSave } from './lab-words.ts'
import { executeLook } from './look.ts'
import { executeMembers } from './members.ts'
import { executeModeCommand } from './mode-command.ts'
import { executeNetwork } from './network.ts'
import { executeProcess } from './processes.ts'
import { executeSay } from './say.ts'
import { executeTime } from './time.ts'

export async function executeBody(lab: Lab, scope: Scope, command: ParsedCommand): Promise<Done> {
  switch (command.name) {
    case 'put':
    case 'get':
    case 'del':
    case 'cas':
    case 'add':
    case 'mul':
    case 'append':
    case 'resolve':
      return executeData(scope, command)
    case 'kill':
    case 'restart':
    case 'sleep':
    case 'wake':
    case 'powercut':
    case 'wipe':
      return executeProcess(scope, command)
    case 'join':
    case 'leave':
      return executeMembers(scope, command)
    case 'partition':
    case 'isolate':
    case 'cut':
    case 'heal':
    case 'hold':
    case 'release':
    case 'link':
      return executeNetwork(scope, command)
    case 'clock':
      return executeClock(scope, command)
    case 'disk':
      return executeDisk(scope, command)
    case 'chaos':
      return executeChaos(scope, command, (line) => lab.typeAs('chaos', line))
    case 'load':
      return executeLoad(scope, command)
    case 'recover':
      return executeRecover(scope)
    case 'wait':
    case 'at':
    case 'after':
    case 'every':
    case 'every-stop':
    case 'await':
      return executeTime(scope, command, (inner, signal) => lab.perform(inner, signal, scope.author))
    case 'status':
    case 'nodes':
    case 'links':
    case 'log':
    case 'stderr':
    case 'peek':
    case 'ops':
    case 'events':
    case 'metrics':
    case 'check':
    case 'report':
      return executeLook(scope, command)
    case 'let':
    case 'expect':
    case 'always':
    case 'mark':
    case 'set':
      return executeSay(scope, command, lab.always)
    case 'reset':
      return executeReset(lab, command)
    case 'save':
      return executeSave(lab, command)
    case 'run':
      return executeRunFile(scope, command)
    case 'help':
      return executeHelp(lab, command.topic)
    case 'learn':
      return executeLearn()
    case 'quit':
    case 'nothing':
      return ok()
    case 'mode-command':
      return executeModeCommand(scope, command)
  }
}
