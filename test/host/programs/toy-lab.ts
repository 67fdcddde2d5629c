/** Stands for a lab that will be killed: starts the nodes it is told of, names them to each other, and says their pids. */
import { spawn } from 'node:child_process'

const [program = '', ...configs] = process.argv.slice(2)
const children = configs.map((config) => spawn(process.execPath, [program, config], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }))
const pids = children.flatMap((child) => child.pid ?? [])
let bound = 0
for (const child of children) {
  child.on('message', (message: { type: string }) => {
    if (message.type !== 'bound') return
    child.send({ type: 'siblings', pids })
    child.send({ type: 'go', addresses: {} })
    bound++
    if (bound === children.length) process.stdout.write(`${JSON.stringify(pids)}\n`)
  })
}
