import type { NodeConfig } from '../../../src/host/ipc.ts'
import { NodeProgram } from '../../../src/host/program.ts'
import { toyMode } from './toy-mode.ts'

await new NodeProgram(JSON.parse(process.argv[2] ?? '') as NodeConfig).start(toyMode)
