import type { Plugin } from 'esbuild'

export const mendInk: Plugin
