// The shipped node program, told that it is a member: Raft lets nobody in who comes later, and this toy wants somebody to come.
const config = JSON.parse(process.argv.pop())
const members = config.members.includes(config.id) ? config.members : [...config.members, config.id]
process.argv.push(JSON.stringify({ ...config, members }))
await import('../../../dist/node.js')
