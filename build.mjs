// Bundles the product with esbuild: one file for each program that starts on its own, so that a node process loads only what it runs.
import { copyFileSync, existsSync, rmSync } from 'node:fs'
import { build } from 'esbuild'

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  logLevel: 'warning',
}

rmSync('dist', { recursive: true, force: true })
const programs = {
  node: 'src/host/main.ts',
  shim: 'src/net/worker.ts',
  load: 'src/client/load-worker.ts',
  check: 'src/check/worker.ts',
  sim: 'src/sim/worker.ts',
  bench: 'bench/relay-worker.ts',
}
for (const [name, entry] of Object.entries(programs)) {
  if (existsSync(entry)) await build({ ...common, entryPoints: { [name]: entry }, outdir: 'dist' })
}
const entries = Object.fromEntries(Object.entries({ cli: 'src/cli/main.ts', api: 'src/api.ts' }).filter(([, file]) => existsSync(file)))
if (Object.keys(entries).length > 0)
  await build({ ...common, entryPoints: entries, outdir: 'dist', splitting: true, chunkNames: 'chunk-[hash]' })
// The types of the package are one file without imports.
copyFileSync('src/api-types.ts', 'dist/api.d.ts')
