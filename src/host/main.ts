/** The program of a node process: its one argument is a NodeConfig as JSON. Exits with 2 when it is not. */
import { findMode } from '../modes/registry.ts'
import type { NodeConfig } from './ipc.ts'
import { NodeProgram } from './program.ts'

const config = readConfig(process.argv[2])
const mode = config === null ? null : findMode(config.mode)
if (config === null || mode === null) {
  console.error('a node process is started by the lab, with its configuration as its one argument')
  process.exit(2)
}
await new NodeProgram(config).start(mode)

function readConfig(argument: string | undefined): NodeConfig | null {
  try {
    const value: unknown = JSON.parse(argument ?? '')
    return typeof value === 'object' && value !== null && 'mode' in value ? (value as NodeConfig) : null
  } catch {
    return null
  }
}
