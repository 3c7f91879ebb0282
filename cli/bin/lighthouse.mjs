#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// A hook that fails must block: coding agents take any other code than 2 as leave to go on.
const isHook = process.argv[2] === 'hook'
const failed = isHook ? 2 : 1
const main = new URL(isHook ? '../dist/hook-main.js' : '../dist/main.js', import.meta.url)

if (existsSync(fileURLToPath(main))) {
  try {
    await import(main.href)
  } catch (error) {
    process.stderr.write(`lighthouse: ${error instanceof Error ? error.message : error}\n`)
    process.exit(failed)
  }
} else {
  process.stderr.write(
    'lighthouse: not built yet; run "npm install" (or "npm run build") in the repository.\n',
  )
  process.exit(failed)
}
