import { failureOf, lineOf } from './command-error.js'
import { run } from './run.js'

const args = process.argv.slice(2)

process.on('uncaughtException', (error) => {
  process.stderr.write(lineOf(failureOf(error).message))
  process.exit(args[0] === 'hook' ? 2 : 1)
})

process.exitCode = await run(args)
