#!/usr/bin/env node
// Checks what it runs on before loading anything newer than itself, so that an old Node says one sentence and not a syntax error.

function leave(code, sentence) {
  console.error(`splitbrain: ${sentence}`)
  process.exit(code)
}

function tooOld(major, minor) {
  return major < 20 || (major === 20 && minor < 19)
}

function launch(version, platform) {
  if (tooOld(Number(version[0]), Number(version[1]))) leave(3, `needs Node 20.19 or newer; this is Node ${version.join('.')}`)
  if (platform === 'win32') leave(3, 'native Windows cannot stop and continue processes; use WSL')
  import('../dist/cli.js').then(
    (cli) => cli.launch(process.argv.slice(2)),
    (error) => leave(3, error.code === 'ERR_MODULE_NOT_FOUND' ? 'dist/ is missing; run npm run build' : error.message),
  )
}

launch(process.versions.node.split('.'), process.platform)
