/** Stands for a lab that will be killed: starts the nodes it is told of, names them to each other, and says their pids once all of them heard that. */
import { spawn } from 'node:child_process'

const [program = '', ...configs] = process.argv.slice(2)
const children = configs.map((config) => spawn(process.execPath, [program, config], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }))
const pids = children.flatMap((child) => child.pid ?? [])
const going = new Set<unknown>()
for (const child of children) {
  child.on('message', (message: { type: string }) => {
    if (message.type === 'bound') {
      child.send({ type: 'siblings', pids })
      child.send({ type: 'go', addresses: {} })
    }
    // The first status comes after both.
    if (message.type !== 'status' || going.has(child)) return
    going.add(child)
    if (going.size === children.length) process.stdout.write(`${JSON.stringify(pids)}\n`)
  })
}
